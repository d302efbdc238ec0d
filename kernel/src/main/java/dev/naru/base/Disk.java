package dev.naru.base;

import java.util.List;
import java.util.Optional;

/// One data directory. Paths are relative to it, with '/' between names. Calls that only touch the page
/// cache or a directory are plain calls; those that wait for the device answer later, on the loop given.
public interface Disk {
    /// The file at `path`; it is created, empty, by the first write. No handle is opened here.
    DiskFile file(String path);

    boolean exists(String path) throws DiskFault;

    /// The names in a directory, sorted; empty when there is no such directory. A directory's name ends in '/'.
    List<String> list(String directory) throws DiskFault;

    /// Creates the directory and those above it; says nothing when it is there.
    void createDirectory(String path) throws DiskFault;

    /// Replaces `to` if it is there. Durable only after a flush of the directories of both.
    void rename(String from, String to) throws DiskFault;

    /// Deletes a file, or a directory with all in it. Says nothing when there is none.
    void delete(String path) throws DiskFault;

    /// Makes all that was written to `files` before this call durable, and the entries of `directories`
    /// (created, renamed and deleted names; "" is the data directory itself). Answers on `loop`: empty, or
    /// the fault, after which nothing written since the last good flush is certain.
    void flush(List<DiskFile> files, List<String> directories, Loop loop, Done done);

    /// The same, waiting for it. For start-up and shutdown only.
    void flushNow(List<DiskFile> files, List<String> directories) throws DiskFault;

    /// Brings a slice into memory, so that sending it does not block a loop; then runs `done` on `loop`.
    void warm(Bytes.Slice slice, Loop loop, Done done);

    /// Free space that this process may use.
    long usableBytes();

    long totalBytes();

    /// Called on the loop once the disk has done its work.
    interface Done {
        void done(Optional<DiskFault> fault);
    }
}

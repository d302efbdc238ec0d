package dev.naru.sim;

import dev.naru.base.Bytes;
import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFault.Kind;
import dev.naru.base.DiskFile;
import dev.naru.base.Loop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One node's disk in memory. Keeps what was written apart from what was flushed: a killed process
/// loses nothing, a power cut keeps what was flushed and any part of the rest, each page, size and
/// name on its own. Now and then it writes something back unasked, as systems do. All chance comes
/// from the seed.
public final class SimDisk implements Disk {
    private static final long NEVER = Long.MAX_VALUE;
    private static final int WRITE_BACK_ONE_IN = 4;

    private final SimEntropy chance;
    private SimDirectory root = new SimDirectory();
    private long capacityBytes = 1L << 40;
    private long usedBytes;
    private long latencyNsMax;
    private long operations;
    private long cutAtOperation = NEVER;
    private boolean failsNextFlush;
    private boolean failsNextWrite;
    private int life;
    private int leasesHeld;
    private long flushes;

    public SimDisk(SimEntropy chance) {
        this.chance = chance;
    }

    /// The size of the device; less than what is on it means full.
    public void capacityBytes(long bytes) {
        capacityBytes = bytes;
    }

    /// Flushes and warming take up to this long.
    public void latencyNsMax(long ns) {
        latencyNsMax = ns;
    }

    public void failNextFlush() {
        failsNextFlush = true;
    }

    public void failNextWrite() {
        failsNextWrite = true;
    }

    /// Writes, truncations, renames, creations, deletions and waited-for flushes so far.
    public long operations() {
        return operations;
    }

    public long flushes() {
        return flushes;
    }

    /// The power goes in the middle of that operation, counted from the first one ever
    /// ([PowerCut]).
    public void cutPowerAt(long operation) {
        cutAtOperation = operation;
    }

    /// No more accidents than have happened.
    public void calm() {
        failsNextFlush = false;
        failsNextWrite = false;
        cutAtOperation = NEVER;
    }

    /// Slices that were handed out and not given back.
    public int leasesHeld() {
        return leasesHeld;
    }

    /// The process dies: what it wrote stays, what it waited for is never answered.
    public void kill() {
        life++;
        leasesHeld = 0;
    }

    /// The machine stops: of what was not flushed, any part is lost.
    public void losePower() {
        kill();
        cutAtOperation = NEVER;
        failsNextFlush = false;
        failsNextWrite = false;
        root.losePower(chance, new HashSet<>());
        usedBytes = sizeOf(root);
    }

    /// Damages one bit of a file that lies there unused.
    public void flipBit(String path, long filePosition, int bit) throws DiskFault {
        inode(path).flip(Math.toIntExact(filePosition), bit);
    }

    /// What a slice of any simulated disk holds, even if its file was cut or deleted meanwhile.
    public static ByteBuffer bytesOf(Bytes.Slice slice) {
        var inode = ((SimLease) slice.lease()).inode();
        var bytes = new byte[slice.sizeBytes()];
        int count = inode.read((int) slice.filePosition(), bytes, 0, bytes.length);
        return ByteBuffer.wrap(bytes, 0, count);
    }

    @Override public DiskFile file(String path) {
        return new SimFile(this, path);
    }

    @Override public boolean exists(String path) {
        return find(path) != null;
    }

    @Override public List<String> list(String directory) {
        var names = new ArrayList<String>();
        if (!(find(directory) instanceof SimDirectory found)) return names;
        for (var entry : found.entries()) {
            boolean isDirectory = entry.getValue() instanceof SimDirectory;
            names.add(isDirectory ? entry.getKey() + "/" : entry.getKey());
        }
        names.sort(null);
        return names;
    }

    @Override public void createDirectory(String path) throws DiskFault {
        var directory = root;
        for (var name : path.split("/", -1)) {
            var next = directory.find(name);
            if (next == null) {
                begin();
                next = new SimDirectory();
                directory.put(name, next);
                end(directory);
            }
            if (!(next instanceof SimDirectory inner)) {
                throw new DiskFault(Kind.FAILED, "create directory " + path);
            }
            directory = inner;
        }
    }

    @Override public void rename(String from, String to) throws DiskFault {
        var entry = find(from);
        if (entry == null) throw new DiskFault(Kind.MISSING, "rename " + from);
        begin();
        parent(to).put(nameOf(to), entry);
        parent(from).remove(nameOf(from));
        usedBytes = sizeOf(root);
        end(parent(to));
        parent(from).writeBackSome(chance);
    }

    @Override public void delete(String path) throws DiskFault {
        if (find(path) == null) return;
        begin();
        parent(path).remove(nameOf(path));
        usedBytes = sizeOf(root);
        end(parent(path));
    }

    @Override public void flush(List<DiskFile> files, List<String> directories, Loop loop,
        Done done) {
        var flush = begin(files, directories);
        boolean fails = failsNextFlush;
        failsNextFlush = false;
        int thisLife = life;
        later(loop, () -> {
            if (life != thisLife) return;
            end(flush, fails);
            done.done(fails ? Optional.of(failed("flush")) : Optional.empty());
        });
    }

    @Override public void flushNow(List<DiskFile> files, List<String> directories)
        throws DiskFault {
        begin();
        var flush = begin(files, directories);
        boolean fails = failsNextFlush;
        failsNextFlush = false;
        end(flush, fails);
        if (fails) throw failed("flush");
    }

    @Override public void warm(Bytes.Slice slice, Loop loop, Done done) {
        int thisLife = life;
        later(loop, () -> {
            if (life == thisLife) done.done(Optional.empty());
        });
    }

    @Override public long usableBytes() {
        return Math.max(0, capacityBytes - usedBytes);
    }

    @Override public long totalBytes() {
        return capacityBytes;
    }

    SimInode inode(String path) throws DiskFault {
        if (find(path) instanceof SimInode inode) return inode;
        throw new DiskFault(Kind.MISSING, path);
    }

    SimLease lease(String path) throws DiskFault {
        var lease = new SimLease(this, inode(path));
        leasesHeld++;
        return lease;
    }

    void released() {
        leasesHeld--;
    }

    void write(String path, int position, byte[] bytes) throws DiskFault {
        var inode = find(path) instanceof SimInode there ? there : create(path);
        int fits = bytesThatFit(inode, position, bytes.length);
        boolean isCut = isCutNow();
        if (fits < bytes.length || failsNextWrite || isCut) {
            int part = chance.below(Math.min(fits, bytes.length) + 1);
            put(inode, position, Arrays.copyOf(bytes, part));
            if (isCut) throw new PowerCut();
            boolean failed = failsNextWrite;
            failsNextWrite = false;
            throw failed ? failed("write " + path) : new DiskFault(Kind.FULL, "write " + path);
        }
        put(inode, position, bytes);
        if (chance.oneIn(WRITE_BACK_ONE_IN)) inode.writeBackSome(chance);
    }

    void truncate(String path, int sizeBytes) throws DiskFault {
        var inode = inode(path);
        begin();
        usedBytes += sizeBytes - inode.sizeBytes();
        inode.truncate(sizeBytes);
        if (chance.oneIn(WRITE_BACK_ONE_IN)) inode.writeBackSome(chance);
    }

    private SimInode create(String path) throws DiskFault {
        begin();
        var inode = new SimInode();
        parent(path).put(nameOf(path), inode);
        end(parent(path));
        return inode;
    }

    private int bytesThatFit(SimInode inode, int position, int length) {
        long grows = (long) position + length - inode.sizeBytes();
        if (grows <= 0 || grows <= usableBytes()) return length;
        return (int) Math.max(0, length - (grows - usableBytes()));
    }

    private void put(SimInode inode, int position, byte[] bytes) {
        int before = inode.sizeBytes();
        if (bytes.length > 0) inode.write(position, bytes);
        usedBytes += inode.sizeBytes() - before;
    }

    /// An operation begins; when the power goes at it, nothing of it happens.
    private void begin() {
        if (isCutNow()) throw new PowerCut();
    }

    private boolean isCutNow() {
        boolean isCut = ++operations >= cutAtOperation;
        if (isCut) cutAtOperation = NEVER;
        return isCut;
    }

    private void end(SimDirectory directory) {
        if (chance.oneIn(WRITE_BACK_ONE_IN)) directory.writeBackSome(chance);
    }

    private Pending begin(List<DiskFile> files, List<String> directories) {
        flushes += files.size() + directories.size();
        var pending = new Pending(new ArrayList<>(), new ArrayList<>());
        for (var file : files) {
            if (find(file.path()) instanceof SimInode inode) {
                pending.files.add(new PendingFile(inode, inode.beginFlush()));
            }
        }
        for (var path : directories) {
            if (find(path) instanceof SimDirectory directory) {
                pending.directories.add(new PendingDirectory(directory, directory.beginFlush()));
            }
        }
        return pending;
    }

    private void end(Pending pending, boolean failed) {
        for (var file : pending.files)
            file.inode.endFlush(file.flush, failed, chance);
        for (var directory : pending.directories) {
            directory.directory.endFlush(directory.flush, failed, chance);
        }
    }

    private void later(Loop loop, Runnable task) {
        if (latencyNsMax == 0) loop.execute(task);
        else
            loop.after(Math.floorMod(chance.nextLong(), latencyNsMax), task);
    }

    private static DiskFault failed(String what) {
        return new DiskFault(Kind.FAILED, what);
    }

    private @Nullable SimEntry find(String path) {
        SimEntry entry = root;
        if (path.isEmpty()) return entry;
        for (var name : path.split("/", -1)) {
            if (!(entry instanceof SimDirectory directory)) return null;
            entry = directory.find(name);
        }
        return entry;
    }

    private SimDirectory parent(String path) throws DiskFault {
        int slash = path.lastIndexOf('/');
        var parent = find(slash < 0 ? "" : path.substring(0, slash));
        if (parent instanceof SimDirectory directory) return directory;
        throw new DiskFault(Kind.MISSING, path);
    }

    private static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static long sizeOf(SimDirectory directory) {
        long sum = 0;
        for (var entry : directory.entries()) {
            sum += switch (entry.getValue()) {
                case SimInode inode -> inode.sizeBytes();
                case SimDirectory inner -> sizeOf(inner);
            };
        }
        return sum;
    }

    private record PendingFile(SimInode inode, SimInode.Flush flush) {}

    private record PendingDirectory(SimDirectory directory, SimDirectory.Flush flush) {}

    private record Pending(List<PendingFile> files, List<PendingDirectory> directories) {}
}

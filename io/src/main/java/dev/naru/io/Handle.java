package dev.naru.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;

/// An open file, counted: one count for the cache it sits in, one for each use and each lease. It is
/// closed when the last is given back, so that a slice on its way to a client outlives eviction, deletion
/// and truncation. Any thread.
final class Handle {
    private final String path;
    private final FileChannel channel;
    private final AtomicInteger uses = new AtomicInteger(1);
    private volatile boolean retired;
    /// Used since the cache last looked; a lost update costs one reopening.
    private boolean recent = true;

    Handle(String path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    String path() {
        return path;
    }

    FileChannel channel() {
        return channel;
    }

    /// True when the caller may use it, and then must [#release] it.
    boolean acquire() {
        if (retired) return false;
        int before = uses.get();
        while (before > 0) {
            if (uses.compareAndSet(before, before + 1)) {
                recent = true;
                return true;
            }
            before = uses.get();
        }
        return false;
    }

    void release() {
        if (uses.decrementAndGet() > 0) return;
        try {
            channel.close();
        } catch (IOException notClosed) {
            // nothing is lost: what must last was flushed, and a failed flush was told
        }
    }

    /// Takes it out of use: nobody new gets it. Called by the cache, once.
    void retire() {
        retired = true;
        release();
    }

    boolean isIdle() {
        return uses.get() == 1;
    }

    /// Whether it was used since the last call.
    boolean takeRecent() {
        boolean was = recent;
        recent = false;
        return was;
    }
}

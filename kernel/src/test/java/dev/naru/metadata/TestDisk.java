package dev.naru.metadata;

import dev.naru.base.Bytes;
import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.Loop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/// A disk in memory that keeps apart what is written and what is flushed, of contents and of names.
/// A power loss keeps what is flushed and any part of the rest.
public final class TestDisk implements Disk {
    private static final int PAGE_BYTES = 64;

    private TreeMap<String, Content> names = new TreeMap<>();
    private TreeMap<String, Content> flushedNames = new TreeMap<>();
    private final List<Runnable> held = new ArrayList<>();

    public long capacityBytes = Long.MAX_VALUE;
    public boolean holdsFlushes;
    boolean failsFlushes;
    int flushes;
    int writes;
    long stepsLeft = Long.MAX_VALUE;

    /// The machine stopped; nothing of the running world is heard again.
    static final class PowerLost extends RuntimeException {}

    private static final class Content {
        private byte[] written = {};
        private byte[] flushed = {};
    }

    /// What the next boot finds.
    void losePower(SplittableRandom chance) {
        var after = new TreeMap<String, Content>();
        var all = new TreeSet<>(names.keySet());
        all.addAll(flushedNames.keySet());
        for (var name : all) {
            var survivor = chance.nextBoolean() ? names.get(name) : flushedNames.get(name);
            if (survivor != null) after.put(name, survivor);
        }
        for (var content : new ArrayList<>(after.values()))
            tear(content, chance);
        names = after;
        flushedNames = new TreeMap<>(after);
        revive();
    }

    /// What a killed process leaves: all that it wrote.
    void revive() {
        held.clear();
        stepsLeft = Long.MAX_VALUE;
    }

    private static void tear(Content content, SplittableRandom chance) {
        int low = Math.min(content.written.length, content.flushed.length);
        int high = Math.max(content.written.length, content.flushed.length);
        var torn = new byte[chance.nextInt(low, high + 1)];
        for (int page = 0; page < torn.length; page += PAGE_BYTES) {
            var from = chance.nextBoolean() ? content.written : content.flushed;
            int count = Math.min(PAGE_BYTES, Math.min(torn.length, from.length) - page);
            if (count > 0) System.arraycopy(from, page, torn, page, count);
        }
        content.written = torn;
        content.flushed = torn.clone();
    }

    public void releaseFlush() {
        held.removeFirst().run();
    }

    int heldFlushes() {
        return held.size();
    }

    /// Turns every bit of one byte.
    void damage(String path, long position) {
        var written = existing(path).written;
        written[(int) position] = (byte) ~written[(int) position];
    }

    byte[] bytes(String path) {
        return existing(path).written.clone();
    }

    private Content existing(String path) {
        var content = names.get(path);
        if (content == null) throw new AssertionError("no file " + path);
        return content;
    }

    void put(String path, byte[] bytes) {
        var content = names.computeIfAbsent(path, p -> new Content());
        content.written = bytes.clone();
        content.flushed = bytes.clone();
        flushedNames.put(path, content);
    }

    private void step() {
        if (stepsLeft-- <= 0) throw new PowerLost();
    }

    long usedBytes() {
        return names.values().stream().mapToLong(c -> c.written.length).sum();
    }

    @Override public DiskFile file(String path) {
        return new File(path);
    }

    @Override public boolean exists(String path) {
        return names.containsKey(path) || !list(path).isEmpty();
    }

    @Override public List<String> list(String directory) {
        var prefix = directory.isEmpty() ? "" : directory + "/";
        return names.keySet().stream().filter(n -> n.startsWith(prefix))
            .map(n -> n.substring(prefix.length()))
            .filter(n -> !n.contains("/")).toList();
    }

    @Override public void createDirectory(String path) {}

    @Override public void rename(String from, String to) {
        step();
        if (!exists(from)) throw new AssertionError("no file " + from);
        for (var name : List.copyOf(names.keySet())) {
            boolean isMeant = name.equals(from) || name.startsWith(from + "/");
            if (isMeant) names.put(to + name.substring(from.length()), names.remove(name));
        }
    }

    @Override public void delete(String path) {
        step();
        names.keySet().removeIf(n -> n.equals(path) || n.startsWith(path + "/"));
    }

    @Override public void flush(List<DiskFile> files, List<String> directories, Loop loop,
        Done done) {
        step();
        flushes++;
        var covered = new ArrayList<Runnable>();
        for (var file : files) {
            var content = names.get(file.path());
            var bytes = content == null ? new byte[0] : content.written.clone();
            if (content != null) covered.add(() -> content.flushed = bytes);
        }
        for (var directory : directories)
            covered.add(nameFlush(directory));
        boolean fails = failsFlushes;
        Runnable end = () -> {
            if (!fails) covered.forEach(Runnable::run);
            var fault = fails
                ? Optional.of(new DiskFault(DiskFault.Kind.FAILED, "flush failed"))
                : Optional.<DiskFault>empty();
            loop.execute(() -> done.done(fault));
        };
        if (holdsFlushes) {
            held.add(end);
        } else {
            end.run();
        }
    }

    private Runnable nameFlush(String directory) {
        var prefix = directory.isEmpty() ? "" : directory + "/";
        var then = new TreeMap<String, Content>();
        names.forEach((name, content) -> {
            if (isIn(name, prefix)) then.put(name, content);
        });
        return () -> {
            flushedNames.keySet().removeIf(name -> isIn(name, prefix));
            flushedNames.putAll(then);
        };
    }

    private static boolean isIn(String name, String prefix) {
        return name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0;
    }

    @Override public void flushNow(List<DiskFile> files, List<String> directories)
        throws DiskFault {
        step();
        if (failsFlushes) throw new DiskFault(DiskFault.Kind.FAILED, "flush failed");
        for (var file : files) {
            var content = names.get(file.path());
            if (content != null) content.flushed = content.written.clone();
        }
        for (var directory : directories)
            nameFlush(directory).run();
    }

    @Override public void warm(Bytes.Slice slice, Loop loop, Done done) {
        loop.execute(() -> done.done(Optional.empty()));
    }

    @Override public long usableBytes() {
        return capacityBytes - usedBytes();
    }

    @Override public long totalBytes() {
        return capacityBytes;
    }

    private final class File implements DiskFile {
        private final String path;

        private File(String path) {
            this.path = path;
        }

        @Override public String path() {
            return path;
        }

        @Override public long sizeBytes() throws DiskFault {
            return content().written.length;
        }

        private Content content() throws DiskFault {
            var content = names.get(path);
            if (content == null) throw new DiskFault(DiskFault.Kind.MISSING, "no file " + path);
            return content;
        }

        @Override public void write(long filePosition, ByteBuffer bytes) throws DiskFault {
            step();
            writes++;
            var content = names.computeIfAbsent(path, p -> new Content());
            long room = capacityBytes - usedBytes();
            int size = bytes.remaining();
            int position = (int) filePosition;
            long growth = Math.max(0, position + size - content.written.length);
            boolean fits = growth <= room;
            int count = fits ? size : (int) Math.max(0, size - (growth - Math.max(0, room)));
            int end = Math.max(content.written.length, position + count);
            content.written = Arrays.copyOf(content.written, end);
            bytes.get(content.written, position, count);
            if (!fits) throw new DiskFault(DiskFault.Kind.FULL, "no room for " + path);
        }

        @Override public int read(long filePosition, ByteBuffer into) throws DiskFault {
            var written = content().written;
            int count = (int) Math.min(into.remaining(), written.length - filePosition);
            if (count <= 0) return 0;
            into.put(written, (int) filePosition, count);
            return count;
        }

        @Override public void truncate(long sizeBytes) throws DiskFault {
            step();
            var content = content();
            content.written = Arrays.copyOf(content.written, (int) sizeBytes);
        }

        @Override public Bytes.Slice slice(long filePosition, int sizeBytes) {
            return new Bytes.Slice(this, filePosition, sizeBytes, () -> {
            });
        }

        @Override public void close() {}
    }
}

package dev.naru.sim.contract;

import static dev.naru.sim.contract.Claim.equal;
import static dev.naru.sim.contract.Claim.holds;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// What a [Disk] promises while the machine is well. What lasts through a crash is for the
/// simulator.
public final class DiskContract {
    private final Yard.Maker maker;

    public DiskContract(Yard.Maker maker) {
        this.maker = maker;
    }

    public List<Claim> claims() {
        return List.of(
            claim("a file nobody wrote is missing", DiskContract::missing),
            claim("what is written is read back, from any place", DiskContract::readBack),
            claim("a write takes its buffer from position to limit", DiskContract::positions),
            claim("several buffers are written one after the other", DiskContract::gathered),
            claim("a read ends where the file ends", DiskContract::ends),
            claim("two values of one path are one file", DiskContract::sameFile),
            claim("truncation cuts, and what is written later follows", DiskContract::truncated),
            claim("a list is sorted and directories end in a slash", DiskContract::lists),
            claim("writing into a missing directory finds it missing", DiskContract::noDirectory),
            claim("a rename replaces, and the old name is missing", DiskContract::renamed),
            claim("a directory is renamed with all in it", DiskContract::directoryRenamed),
            claim("deletion takes a directory with all in it", DiskContract::deleted),
            claim("a lease outlives the file", DiskContract::leased),
            claim("a flush waited for succeeds", DiskContract::flushedNow),
            claim("there is some space, and it is not more than all", DiskContract::space),
            new Claim("a flush answers on the loop, after the call", this::flushed),
            new Claim("a flush of many files answers once", this::flushedMany),
            new Claim("a flush of what is gone or of nothing succeeds", this::flushedNothing),
            new Claim("warming answers on the loop", this::warmed));
    }

    private static void missing(Disk disk) throws DiskFault {
        var file = disk.file("none");
        holds(!disk.exists("none"), "it does not exist");
        isMissing(file::sizeBytes);
        isMissing(() -> file.read(0, ByteBuffer.allocate(1)));
        isMissing(() -> file.truncate(0));
        isMissing(() -> file.slice(0, 0));
        isMissing(() -> disk.rename("none", "other"));
        holds(!disk.exists("none"), "asking created nothing");
    }

    private static void readBack(Disk disk) throws DiskFault {
        var file = disk.file("a");
        file.write(0, bytes("hello"));
        file.write(5, bytes(" world"));
        file.write(0, bytes("J"));
        equal("Jello world", text(file, 0, 100), "all of it");
        equal("lo w", text(file, 3, 4), "a part");
        file.close();
        equal("Jello world", text(file, 0, 100), "after close");
        equal(11L, file.sizeBytes(), "size");
        holds(disk.exists("a"), "it exists");
        equal("a", file.path(), "path");
    }

    private static void positions(Disk disk) throws DiskFault {
        var buffer = bytes("0123456789").position(2).limit(6);
        disk.file("a").write(0, buffer);
        equal(6, buffer.position(), "position afterwards");
        equal("2345", text(disk.file("a"), 0, 100), "written");
    }

    private static void gathered(Disk disk) throws DiskFault {
        disk.file("a").write(0, new ByteBuffer[]{bytes("ab"), bytes(""), bytes("cd")});
        equal("abcd", text(disk.file("a"), 0, 100), "written");
    }

    private static void ends(Disk disk) throws DiskFault {
        var file = disk.file("a");
        file.write(0, bytes("abc"));
        equal(2, file.read(1, ByteBuffer.allocate(10)), "bytes up to the end");
        equal(0, file.read(3, ByteBuffer.allocate(10)), "bytes at the end");
        equal(0, file.read(99, ByteBuffer.allocate(10)), "bytes past the end");
    }

    private static void sameFile(Disk disk) throws DiskFault {
        disk.file("a").write(0, bytes("abc"));
        disk.file("a").write(3, bytes("def"));
        equal("abcdef", text(disk.file("a"), 0, 100), "both writes");
    }

    private static void truncated(Disk disk) throws DiskFault {
        var file = disk.file("a");
        file.write(0, bytes("abcdef"));
        file.truncate(2);
        equal(2L, file.sizeBytes(), "size");
        file.write(2, bytes("X"));
        equal("abX", text(file, 0, 100), "content");
    }

    private static void lists(Disk disk) throws DiskFault {
        equal(List.of(), disk.list("nowhere"), "a missing directory");
        disk.createDirectory("d/e");
        disk.createDirectory("d/e");
        disk.file("d/z").write(0, bytes("z"));
        disk.file("d/b").write(0, bytes("b"));
        equal(List.of("b", "e/", "z"), disk.list("d"), "a directory");
        equal(List.of("d/"), disk.list(""), "the root");
        holds(disk.exists("d/e"), "a directory exists");
    }

    private static void noDirectory(Disk disk) {
        isMissing(() -> disk.file("nowhere/a").write(0, bytes("a")));
    }

    private static void renamed(Disk disk) throws DiskFault {
        var from = disk.file("from");
        var to = disk.file("to");
        from.write(0, bytes("new"));
        to.write(0, bytes("old, and longer"));
        disk.rename("from", "to");
        equal("new", text(to, 0, 100), "content");
        isMissing(from::sizeBytes);
        isMissing(() -> from.read(0, ByteBuffer.allocate(1)));
        from.write(0, bytes("again"));
        equal("new", text(to, 0, 100), "content after the old name is used again");
    }

    private static void directoryRenamed(Disk disk) throws DiskFault {
        disk.createDirectory("d");
        var file = disk.file("d/a");
        file.write(0, bytes("a"));
        disk.rename("d", "e");
        equal("a", text(disk.file("e/a"), 0, 100), "content");
        isMissing(() -> file.read(0, ByteBuffer.allocate(1)));
        equal(List.of("e/"), disk.list(""), "the root");
    }

    private static void deleted(Disk disk) throws DiskFault {
        disk.createDirectory("d/e");
        var file = disk.file("d/e/a");
        file.write(0, bytes("a"));
        disk.delete("d");
        disk.delete("d");
        holds(!disk.exists("d"), "it is gone");
        isMissing(file::sizeBytes);
        disk.file("a").write(0, bytes("a"));
        disk.delete("a");
        holds(!disk.exists("a"), "the file is gone");
    }

    private static void leased(Disk disk) throws DiskFault {
        var file = disk.file("a");
        file.write(0, bytes("abcdef"));
        var slice = file.slice(1, 3);
        equal(1L, slice.filePosition(), "position");
        equal(3, slice.sizeBytes(), "size");
        disk.delete("a");
        slice.discard();
    }

    private static void flushedNow(Disk disk) throws DiskFault {
        disk.createDirectory("d");
        disk.file("d/a").write(0, bytes("a"));
        disk.flushNow(List.of(disk.file("d/a")), List.of("", "d"));
        disk.flushNow(List.of(), List.of());
    }

    private static void space(Disk disk) {
        holds(disk.usableBytes() > 0, "some space");
        holds(disk.usableBytes() <= disk.totalBytes(), "usable is at most all");
    }

    private void flushed() throws Exception {
        try (var yard = maker.make()) {
            var file = yard.disk().file("a");
            var answer = new Answer(yard);
            yard.onLoop(() -> {
                unchecked(() -> file.write(0, bytes("abc")));
                yard.disk().flush(List.of(file), List.of(""), yard.loop(), answer);
                equal(0, answer.count.get(), "answers inside the call");
            });
            answer.isGood();
        }
    }

    private void flushedMany() throws Exception {
        try (var yard = maker.make()) {
            var files = new ArrayList<DiskFile>();
            for (int number = 0; number < 200; number++) {
                files.add(yard.disk().file("f" + number));
                files.getLast().write(0, bytes("abc"));
            }
            var answer = new Answer(yard);
            yard.disk().flush(files, List.of(""), yard.loop(), answer);
            answer.isGood();
        }
    }

    private void flushedNothing() throws Exception {
        try (var yard = maker.make()) {
            var nothing = new Answer(yard);
            yard.disk().flush(List.of(), List.of(), yard.loop(), nothing);
            nothing.isGood();
            yard.disk().createDirectory("d");
            var file = yard.disk().file("d/a");
            file.write(0, bytes("abc"));
            yard.disk().delete("d");
            var gone = new Answer(yard);
            yard.disk().flush(List.of(file), List.of("d"), yard.loop(), gone);
            gone.isGood();
        }
    }

    private void warmed() throws Exception {
        try (var yard = maker.make()) {
            var file = yard.disk().file("a");
            file.write(0, ByteBuffer.allocate(300_000));
            var slice = file.slice(1_000, 290_000);
            var answer = new Answer(yard);
            yard.disk().warm(slice, yard.loop(), answer);
            answer.isGood();
            slice.discard();
        }
    }

    private Claim claim(String sentence, OnDisk check) {
        return new Claim(sentence, () -> {
            try (var yard = maker.make()) {
                check.run(yard.disk());
            }
        });
    }

    private static void isMissing(DiskCall call) {
        try {
            call.run();
        } catch (DiskFault fault) {
            equal(DiskFault.Kind.MISSING, fault.kind(), "fault");
            return;
        }
        throw new AssertionError("it should have been missing");
    }

    private static void unchecked(DiskCall call) {
        try {
            call.run();
        } catch (DiskFault fault) {
            throw new AssertionError(fault);
        }
    }

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private static String text(DiskFile file, long position, int sizeBytes) throws DiskFault {
        var into = ByteBuffer.allocate(sizeBytes);
        int read = file.read(position, into);
        equal(into.position(), read, "bytes said to be read");
        return StandardCharsets.UTF_8.decode(into.flip()).toString();
    }

    private interface OnDisk {
        void run(Disk disk) throws DiskFault;
    }

    private interface DiskCall {
        void run() throws DiskFault;
    }

    /// Counts answers and where they came.
    private static final class Answer implements Disk.Done {
        private final Yard yard;
        private final AtomicInteger count = new AtomicInteger();
        private final AtomicReference<Optional<DiskFault>> fault = new AtomicReference<>(
            Optional.empty());
        private final AtomicInteger elsewhere = new AtomicInteger();

        Answer(Yard yard) {
            this.yard = yard;
        }

        @Override public void done(Optional<DiskFault> said) {
            if (!yard.loop().inLoop()) elsewhere.incrementAndGet();
            fault.set(said);
            count.incrementAndGet();
        }

        void isGood() {
            yard.until(() -> count.get() > 0);
            yard.onLoop(() -> {
            });
            equal(1, count.get(), "answers");
            equal(0, elsewhere.get(), "answers off the loop");
            holds(fault.get().isEmpty(), "no fault");
        }
    }
}

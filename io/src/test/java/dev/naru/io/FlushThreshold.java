package dev.naru.io;

import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/// Measures what one flush of many files costs, file by file and as a whole; the result stands in
/// docs/decisions/flush-threshold.md. Run its main with a directory on the device in question.
final class FlushThreshold {
    private static final int[] COUNTS = {1, 4, 10, 16, 32, 48, 64, 100, 1_000};
    private static final int ROUNDS = 15;
    private static final int RECORD_BYTES = 1_024;

    private final FileDisk disk;
    private final WholeSync whole;
    private long position;

    private FlushThreshold(FileDisk disk, WholeSync whole) {
        this.disk = disk;
        this.whole = whole;
    }

    public static void main(String[] arguments) throws Exception {
        var directory = Path.of(arguments[0]);
        var whole = WholeSync.of(directory).orElseThrow();
        try (var disk = FileDisk.open(directory, 4_096, false)) {
            var probe = new FlushThreshold(disk, whole);
            probe.measure(probe.files(COUNTS[0]), false);
            System.out.println(
                "| dirty files | fdatasync one after the other | fdatasync on 4 threads | syncfs |");
            System.out.println("| --- | --- | --- | --- |");
            for (int count : COUNTS)
                probe.row(count);
        }
    }

    private void row(int count) throws Exception {
        var files = files(count);
        var inTurn = new long[ROUNDS];
        var parallel = new long[ROUNDS];
        var asWhole = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            inTurn[round] = inTurn(files);
            parallel[round] = measure(files, false);
            asWhole[round] = measure(files, true);
        }
        System.out.printf("| %d | %s | %s | %s |%n", count, ms(inTurn), ms(parallel), ms(asWhole));
    }

    private List<DiskFile> files(int count) throws DiskFault {
        var files = new ArrayList<DiskFile>();
        for (int number = 0; number < count; number++) {
            var file = disk.file("probe-" + count + "-" + number);
            file.write(0, ByteBuffer.allocateDirect(RECORD_BYTES));
            files.add(file);
        }
        disk.flushNow(files, List.of(""));
        return files;
    }

    private void dirty(List<DiskFile> files) throws DiskFault {
        position += RECORD_BYTES;
        for (var file : files)
            file.write(position, ByteBuffer.allocateDirect(RECORD_BYTES));
    }

    private long inTurn(List<DiskFile> files) throws DiskFault, IOException {
        dirty(files);
        long startNs = System.nanoTime();
        for (var file : files)
            force(file);
        return System.nanoTime() - startNs;
    }

    private static void force(DiskFile file) throws DiskFault, IOException {
        var handle = ((FileDiskFile) file).pin().orElseThrow();
        handle.channel().force(false);
        handle.release();
    }

    private long measure(List<DiskFile> files, boolean asWhole) throws Exception {
        dirty(files);
        long startNs = System.nanoTime();
        if (asWhole) {
            whole.flush();
        } else {
            try (var threads = Executors.newFixedThreadPool(4)) {
                startNs = System.nanoTime();
                var parts = new ArrayList<CompletableFuture<Void>>();
                for (var file : files) {
                    parts.add(CompletableFuture.runAsync(() -> {
                        try {
                            force(file);
                        } catch (DiskFault | IOException failed) {
                            throw new IllegalStateException(failed);
                        }
                    }, threads));
                }
                for (var part : parts)
                    part.join();
                return System.nanoTime() - startNs;
            }
        }
        return System.nanoTime() - startNs;
    }

    private static String ms(long[] elapsedNs) {
        Arrays.sort(elapsedNs);
        return "%.2f ms (%.2f-%.2f)".formatted(elapsedNs[elapsedNs.length / 2] / 1e6,
            elapsedNs[0] / 1e6,
            elapsedNs[elapsedNs.length - 1] / 1e6);
    }
}

package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import dev.naru.sim.SimEntropy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Reads at random places and searches for random times agree with a list of all records.
final class LogModelTest {
    private static final int SEEDS = 60;

    @Test void a_log_answers_like_a_list_of_its_records() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            var model = new Model(seed);
            try {
                for (int step = 0; step < 300; step++)
                    model.step();
            } catch (AssertionError failure) {
                throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
            }
        }
    }

    private record Batch(long baseOffset, List<Long> timestamps, ByteBuffer bytes) {
        long endOffset() {
            return baseOffset + timestamps.size();
        }
    }

    private static final class Model {
        private final LogYard yard;
        private final SimEntropy chance;
        private final List<Batch> batches = new ArrayList<>();
        private long timeMs = 10_000;

        Model(long seed) throws DiskFault {
            chance = new SimEntropy(seed);
            var settings = LogSettings.standard().withSegmentBytes(1_000 + chance.below(9_000))
                .withIndex(200 + chance.below(1_000), chance.below(500)).withRetention(-1, -1);
            yard = new LogYard(seed, settings);
        }

        void step() throws Exception {
            switch (chance.below(12)) {
                case 0, 1, 2, 3 -> append();
                case 4, 5, 6 -> read();
                case 7, 8 -> searchTime();
                case 9 -> largestTime();
                case 10 -> deleteSome();
                default -> disturb();
            }
        }

        private void append() throws DiskFault {
            var builder = new BatchBuilder(0);
            var timestamps = new ArrayList<Long>();
            timeMs += chance.below(20);
            for (int number = 0; number < 1 + chance.below(5); number++) {
                long timestamp = chance.oneIn(20) ? -1 : timeMs + chance.below(40) - 20;
                timestamps.add(timestamp);
                builder.append(timestamp, null, ByteBuffer.allocate(chance.below(150)));
            }
            var batch = builder.build();
            var bytes = ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
            long base = yard.log.logEndOffset();
            BatchView.over(bytes, 0).setBaseOffset(base);
            BatchView.over(bytes, 0).setLeaderEpoch(0);
            assertEquals(base + timestamps.size(), yard.append(batch));
            batches.add(new Batch(base, timestamps, bytes));
        }

        private void read() throws DiskFault {
            long end = yard.log.logEndOffset();
            long from = chance.below((int) end + 3) - 1L;
            long upTo = chance.oneIn(3) ? Long.MAX_VALUE : chance.below((int) end + 1);
            int maxBytes = chance.below(3_000);
            boolean atLeastOne = chance.oneIn(2);
            var read = yard.log.read(from, maxBytes, upTo, atLeastOne);
            if (from < yard.log.logStartOffset() || from > end) {
                assertInstanceOf(Read.OutOfRange.class, read);
                return;
            }
            var first = find(from);
            boolean fits = first.isPresent() && first.get().endOffset() <= upTo
                && (atLeastOne || first.get().bytes.remaining() <= maxBytes);
            if (!fits) {
                assertInstanceOf(Read.Nothing.class, read);
                return;
            }
            check((Read.Found) read, first.get(), maxBytes, upTo);
        }

        private void check(Read.Found found, Batch first, int maxBytes, long upTo) {
            assertEquals(first.baseOffset, found.baseOffset());
            int sizeBytes = found.bytes().sizeBytes();
            assertTrue(sizeBytes <= Math.max(maxBytes, first.bytes.remaining()), "too much");
            int at = batches.indexOf(first);
            int whole = 0;
            for (var view : LogYard.batchesIn(found)) {
                var bytes = view.buffer().slice(view.position(), view.sizeBytes());
                assertEquals(batches.get(at).bytes, bytes);
                assertTrue(batches.get(at).endOffset() <= upTo, "past the offset allowed");
                whole += view.sizeBytes();
                at++;
            }
            assertTrue(whole >= first.bytes.remaining(), "no whole batch");
            assertTrue(found.endOffsetHint() <= Math.min(upTo, yard.log.logEndOffset()));
        }

        private Optional<Batch> find(long offset) {
            return batches.stream().filter(batch -> batch.endOffset() > offset).findFirst();
        }

        private void searchTime() throws Exception {
            long timestamp = 9_900L + chance.below((int) (timeMs - 9_900) + 50);
            assertEquals(firstAtOrAfter(timestamp),
                yard.log.firstAtOrAfter(timestamp, LogYard.NO_CODECS));
        }

        private void largestTime() throws Exception {
            long largest = -1;
            for (var batch : batches) {
                for (int number = 0; number < batch.timestamps.size(); number++) {
                    if (batch.baseOffset + number < yard.log.logStartOffset()) continue;
                    largest = Math.max(largest, batch.timestamps.get(number));
                }
            }
            assertEquals(largest < 0 ? Optional.empty() : firstAtOrAfter(largest),
                yard.log.maxTimestamp(LogYard.NO_CODECS));
        }

        private Optional<TimestampOffset> firstAtOrAfter(long timestamp) {
            for (var batch : batches) {
                for (int number = 0; number < batch.timestamps.size(); number++) {
                    long offset = batch.baseOffset + number;
                    if (offset < yard.log.logStartOffset()) continue;
                    if (batch.timestamps.get(number) < timestamp) continue;
                    return Optional.of(
                        new TimestampOffset(batch.timestamps.get(number), offset, 0));
                }
            }
            return Optional.empty();
        }

        private void deleteSome() throws DiskFault {
            if (!chance.oneIn(4)) return;
            long start = yard.log.logStartOffset();
            int length = (int) (yard.log.logEndOffset() - start);
            if (length > 0) yard.log.deleteRecordsBefore(start + chance.below(length) / 2);
        }

        /// Things that change no answer.
        private void disturb() throws DiskFault {
            switch (chance.below(7)) {
                case 0 -> yard.restart();
                case 1 -> {
                    yard.flush();
                    yard.record();
                    yard.killed();
                }
                case 2 -> yard.log.roll(yard.now());
                case 3 -> yard.log.checkpoint();
                case 4 -> yard.log.relax();
                case 5 -> loseIndex();
                default -> yard.flush();
            }
        }

        private void loseIndex() throws DiskFault {
            yard.restart();
            var names = yard.disk.list(LogYard.DIRECTORY).stream()
                .filter(name -> name.endsWith("index")).toList();
            if (names.isEmpty()) return;
            yard.disk.delete("topic-3/" + names.get(chance.below(names.size())));
        }
    }
}

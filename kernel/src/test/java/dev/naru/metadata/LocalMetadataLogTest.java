package dev.naru.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Trace;
import dev.naru.metadata.MetadataLog.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LocalMetadataLogTest {
    private static final String FIRST = "metadata/00000000000000000001.log";

    private TestDisk disk = new TestDisk();

    /// A life of a node: what its log told it, and what its proposals came to.
    private static final class Life implements MetadataLog.Listener {
        private final TurnLoop loop = new TurnLoop();
        private final List<String> told = new ArrayList<>();
        private final List<String> outcomes = new ArrayList<>();
        private final List<String> acknowledged = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();
        private final LocalMetadataLog log;
        private int epoch;
        private String failure = "";
        private MetadataLog.Kind kind = MetadataLog.Kind.ORDINARY;

        private Life(TestDisk disk, long snapshotAfterBytes) {
            log = new LocalMetadataLog(disk, "metadata", Trace.NONE, snapshotAfterBytes);
        }

        private Life start() {
            log.start(loop, this);
            loop.turn();
            return this;
        }

        private void propose(String text) {
            log.propose(bytes(text), kind, outcome -> {
                outcomes.add(text + " " + outcome.getClass().getSimpleName());
                if (outcome instanceof Outcome.Committed) acknowledged.add(text);
                if (outcome instanceof Outcome.Refused) refused.add(text);
            });
        }

        private void run(String... texts) {
            for (var text : texts)
                loop.run(() -> propose(text));
        }

        @Override public void onSnapshot(Iterator<ByteBuffer> blocks) {
            told.clear();
            blocks.forEachRemaining(block -> told.add(text(block)));
        }

        @Override public void onCommitted(long index, ByteBuffer batch) {
            assertEquals(told.size() + 1, index);
            told.add(text(batch));
        }

        @Override public void onLeading(int controllerEpoch) {
            epoch = controllerEpoch;
        }

        @Override public void onFollowing(int leaderId) {
            throw new AssertionError("a single node never follows");
        }

        @Override public void onFailed(String reason) {
            failure = reason;
        }

        @Override public Iterator<ByteBuffer> snapshot() {
            return told.stream().map(Life::bytes).toList().iterator();
        }

        private static ByteBuffer bytes(String text) {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }

        private static String text(ByteBuffer bytes) {
            return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        }
    }

    private Life boot() {
        return new Life(disk, Long.MAX_VALUE).start();
    }

    @Test void what_was_committed_is_told_again_in_order() {
        var first = boot();
        first.run("a", "b", "c");
        assertEquals(List.of("a", "b", "c"), first.told);
        assertEquals(List.of("a Committed", "b Committed", "c Committed"), first.outcomes);
        assertEquals(List.of("a", "b", "c"), boot().told);
    }

    @Test void a_directory_whose_metadata_a_quorum_keeps_is_refused() throws DiskFault {
        boot().run("a");
        disk.file(MetadataLogs.QUORUM_MARKER).write(0, ByteBuffer.allocate(1));
        var late = boot();
        assertTrue(late.failure.contains("quorum"), late.failure);
        assertEquals(List.of(), late.told);
    }

    @Test void every_life_that_writes_has_a_higher_epoch() {
        var first = boot();
        assertEquals(1, first.epoch);
        first.run("a");
        var second = boot();
        assertEquals(2, second.epoch);
        second.run("b");
        assertEquals(3, boot().epoch);
    }

    @Test void nothing_is_committed_before_the_flush() {
        var life = boot();
        disk.holdsFlushes = true;
        life.run("a");
        assertEquals(List.of(), life.told);
        assertEquals(List.of(), life.outcomes);
        disk.releaseFlush();
        life.loop.turn();
        assertEquals(List.of("a"), life.told);
    }

    @Test void proposals_that_come_during_a_flush_share_the_next_one() {
        var life = boot();
        disk.holdsFlushes = true;
        int before = disk.flushes;
        life.run("a", "b", "c", "d");
        assertEquals(1, disk.heldFlushes());
        disk.releaseFlush();
        life.loop.turn();
        disk.releaseFlush();
        life.loop.turn();
        assertEquals(List.of("a", "b", "c", "d"), life.told);
        assertEquals(before + 2, disk.flushes);
    }

    @Test void the_queue_of_proposals_has_a_limit() {
        var life = boot();
        disk.holdsFlushes = true;
        life.run("first");
        for (int i = 0; i < Limits.METADATA_PROPOSALS_WAITING_MAX; i++)
            life.run("n" + i);
        assertEquals(List.of(), life.refused);
        life.run("one more");
        assertEquals(List.of("one more"), life.refused);
    }

    @Test void a_batch_that_is_too_large_is_refused() {
        var life = boot();
        var huge = ByteBuffer.allocate(Limits.METADATA_BATCH_BYTES_MAX + 1);
        life.loop.run(() -> life.log.propose(huge, life.kind, o -> life.outcomes
            .add(((Outcome.Refused) o).why().name())));
        assertEquals(List.of(ErrorCode.POLICY_VIOLATION.name()), life.outcomes);
    }

    @Test void a_torn_end_is_cut_and_writing_goes_on() {
        var life = boot();
        life.run("a", "b");
        byte[] whole = disk.bytes(FIRST);
        for (int cut = 34; cut < whole.length; cut++) {
            disk = new TestDisk();
            disk.put(FIRST, Arrays.copyOf(whole, cut));
            var next = boot();
            assertEquals(List.of("a"), next.told, "cut at " + cut);
            next.run("c");
            assertEquals(List.of("a", "c"), boot().told);
        }
    }

    @Test void damage_before_what_was_flushed_later_stops_the_start_and_touches_nothing() {
        var life = boot();
        life.run("first", "second", "third");
        for (int position = 0; position < 2 * 32 + 11; position++) {
            disk.damage(FIRST, position);
            byte[] found = disk.bytes(FIRST);
            var next = boot();
            assertTrue(next.failure.contains("damaged"), "at " + position + ": " + next.failure);
            assertEquals(0, next.epoch);
            org.junit.jupiter.api.Assertions.assertArrayEquals(found, disk.bytes(FIRST));
            disk.damage(FIRST, position);
        }
        assertEquals("", boot().failure);
    }

    @Test void a_missing_log_stops_the_start() {
        var life = new Life(disk, 100).start();
        for (int i = 0; i < 10; i++)
            life.run("n" + i);
        var snapshot = disk.list("metadata").stream().filter(n -> n.endsWith(".snapshot")).toList();
        disk.delete("metadata/" + snapshot.getFirst());
        var next = boot();
        assertTrue(next.failure.contains("missing") || next.told.size() == 10, next.failure);
    }

    @Test void a_damaged_snapshot_stops_the_start() {
        var life = new Life(disk, 100).start();
        for (int i = 0; i < 10; i++)
            life.run("n" + i);
        var name = disk.list("metadata").stream().filter(n -> n.endsWith(".snapshot")).findFirst();
        disk.damage("metadata/" + name.orElseThrow(), 40);
        assertTrue(boot().failure.contains("snapshot is damaged"));
    }

    @Test void a_full_disk_refuses_and_goes_on() {
        var life = boot();
        life.run("a");
        disk.capacityBytes = disk.usedBytes() + 40;
        life.run("something too long");
        assertEquals(List.of("a Committed", "something too long Refused"), life.outcomes);
        life.run("b");
        assertEquals(List.of("a", "b"), life.told);
        disk.losePower(new SplittableRandom(1));
        assertEquals(List.of("a", "b"), boot().told);
    }

    @Test void a_full_disk_refuses_the_very_first_batch() {
        disk.capacityBytes = 10;
        var life = boot();
        life.run("a");
        assertEquals(List.of("a Refused"), life.outcomes);
        disk.capacityBytes = Long.MAX_VALUE;
        life.run("b");
        assertEquals(List.of("b"), boot().told);
    }

    @Test void on_a_full_disk_there_is_room_kept_back_for_what_is_urgent() {
        var life = boot();
        life.run("a");
        disk.capacityBytes = disk.usedBytes();
        life.run("create");
        life.kind = MetadataLog.Kind.URGENT;
        for (int i = 0; i < 100; i++)
            life.run("delete" + i);
        assertEquals(List.of("create"), life.refused);
        assertEquals(101, boot().told.size());
        disk.capacityBytes = Long.MAX_VALUE;
        life.run("again plenty");
        assertEquals(Limits.METADATA_RESERVE_BYTES, disk.bytes("metadata/reserve").length);
    }

    @Test void the_room_kept_back_is_for_nothing_else_and_ends() {
        var life = boot();
        disk.capacityBytes = disk.usedBytes();
        life.kind = MetadataLog.Kind.URGENT;
        var large = "x".repeat(Limits.METADATA_RESERVE_BYTES / 2);
        life.run(large, large);
        assertEquals(1, life.acknowledged.size());
        assertEquals(1, life.refused.size());
        assertEquals("", life.failure);
    }

    @Test void a_failed_flush_fences_the_log() {
        var life = boot();
        life.run("a");
        disk.failsFlushes = true;
        life.run("b");
        disk.failsFlushes = false;
        life.run("c");
        assertEquals(List.of("a Committed", "b Unknown", "c Refused"), life.outcomes);
        assertEquals("flush failed", life.failure);
    }

    @Test void a_closed_log_says_nothing_more() {
        var life = boot();
        disk.holdsFlushes = true;
        life.run("a");
        life.loop.run(life.log::close);
        disk.releaseFlush();
        life.loop.turn();
        assertEquals(List.of(), life.told);
        assertEquals(List.of(), life.outcomes);
    }

    @Test void a_snapshot_replaces_the_log_before_it() {
        var life = new Life(disk, 200).start();
        for (int i = 0; i < 60; i++)
            life.run("n" + i);
        var names = disk.list("metadata");
        assertEquals(1, names.stream().filter(n -> n.endsWith(".snapshot")).count());
        assertTrue(names.stream().filter(n -> n.endsWith(".log")).count() <= 1, names.toString());
        var next = boot();
        assertEquals(life.told, next.told);
        next.run("more");
        assertEquals(61, boot().told.size());
    }

    @Test void a_snapshot_without_room_is_put_off() {
        var life = new Life(disk, 150).start();
        life.run("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "b");
        disk.capacityBytes = disk.usedBytes() + 60;
        life.run("c");
        assertEquals(List.of(FIRST.substring(9), "reserve"), disk.list("metadata"));
        disk.capacityBytes = Long.MAX_VALUE;
        for (int i = 0; i < 12; i++)
            life.run("n" + i);
        assertEquals("", life.failure);
        assertTrue(disk.list("metadata").stream().anyMatch(n -> n.endsWith(".snapshot")));
        assertEquals(life.told, boot().told);
    }

    /// Power is lost at every step of a life that writes, takes snapshots and restarts; whatever
    /// part of the unflushed survives, all that was acknowledged is there, in order, and nothing
    /// that was refused.
    @Test void what_was_acknowledged_survives_a_power_loss_at_any_step() {
        int lostUnacknowledged = 0;
        for (int seed = 0; seed < 600; seed++) {
            var chance = new SplittableRandom(seed);
            disk = new TestDisk();
            var acknowledged = new ArrayList<String>();
            var refused = new ArrayList<String>();
            for (int life = 0; life < 4; life++) {
                lostUnacknowledged += liveAndDie(chance, life, acknowledged, refused);
            }
            var last = boot();
            assertEquals("", last.failure, "seed " + seed);
            assertTrue(last.told.containsAll(acknowledged), "seed " + seed);
            assertEquals(0, last.told.stream().filter(refused::contains).count(), "seed " + seed);
            assertEquals(last.told.stream().sorted().toList(), last.told, "in order, seed " + seed);
        }
        assertTrue(lostUnacknowledged > 0);
    }

    private int liveAndDie(SplittableRandom chance, int number, List<String> acknowledged,
        List<String> refused) {
        var life = new Life(disk, chance.nextLong(200, 800));
        disk.stepsLeft = chance.nextLong(60);
        disk.capacityBytes = chance.nextInt(4) == 0 ? disk.usedBytes() + 700 : Long.MAX_VALUE;
        int proposed = 0;
        try {
            life.start();
            assertEquals("", life.failure);
            assertTrue(life.told.containsAll(acknowledged));
            if (chance.nextBoolean()) life.kind = MetadataLog.Kind.URGENT;
            while (proposed < 40) {
                int burst = 1 + chance.nextInt(4);
                for (int i = 0; i < burst; i++) {
                    var text = String.format("life%d-%03d", number, proposed++);
                    life.loop.execute(() -> life.propose(text));
                }
                life.loop.turn();
            }
        } catch (TestDisk.PowerLost gone) {
            // the machine stopped in the middle of something
        }
        acknowledged.addAll(life.acknowledged);
        refused.addAll(life.refused);
        disk.capacityBytes = Long.MAX_VALUE;
        if (chance.nextInt(3) == 0) {
            disk.revive();
        } else {
            disk.losePower(chance);
        }
        return proposed - life.acknowledged.size();
    }
}

package dev.naru.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Bytes;
import dev.naru.base.Clock;
import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.log.LogSettings;
import dev.naru.log.OpenHow;
import dev.naru.log.PartitionLog;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchInspector;
import dev.naru.record.BatchRules;
import dev.naru.sim.SimCodecs;
import dev.naru.sim.SimDisk;
import dev.naru.sim.SimEntropy;
import dev.naru.sim.TurnLoop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Two replicas of one partition, and the bytes that go from one to the other.
final class FollowingTest {
    private static final PartitionId ID = new PartitionId(new Uuid(1, 2), "topic", 0);
    private static final PartitionSettings SETTINGS = new PartitionSettings(LogSettings.standard(),
        BatchRules.defaults(), true, Long.MAX_VALUE, Long.MAX_VALUE);
    private static final CleanerSettings NO_CLEANING = new CleanerSettings(false, 1, 24, 0.9, 1e9,
        1);
    private static final Now NOW = new Now(0, 1_000);
    private static final List<Integer> BOTH = List.of(1, 2);

    private final TurnLoop loop = new TurnLoop();
    private final Site one = new Site(1);
    private final Site two = new Site(2);

    /// A node with its disk and its replica.
    private final class Site {
        private final int nodeId;
        private final SimDisk disk;
        private final List<DiskFault> faults = new ArrayList<>();
        private final Partition partition;

        Site(int nodeId) {
            this.nodeId = nodeId;
            this.disk = new SimDisk(new SimEntropy(nodeId));
            var shared = new PartitionLoop(loop, new StillClock(), new SimCodecs(),
                new BatchInspector(new SimCodecs()),
                new FlushRound(loop, disk, faults::add, new FlushPace(new StillClock())),
                new Cleaner(loop, new StillClock(), disk, new SimCodecs(), () -> NO_CLEANING),
                faults::add);
            this.partition = new Partition(ID, log(), shared, SETTINGS, term(1, 0, BOTH));
        }

        private PartitionLog log() {
            try {
                return PartitionLog.open(disk, ID.directory(), SETTINGS.log(),
                    OpenHow.created(ID.topicId()), new StillClock(), event -> {
                    });
            } catch (DiskFault fault) {
                throw new AssertionError(fault);
            }
        }

        private Term term(int leader, int epoch, List<Integer> isr) {
            return new Term(nodeId, leader, epoch, new Replicas(epoch, BOTH, isr, 1));
        }

        private void write(String... values) {
            var batch = new BatchBuilder(0);
            for (var value : values)
                batch.append(1_000, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
            assertInstanceOf(Appended.Written.class, partition.append(batch.build(), NOW));
        }

        private long end() {
            return partition.log().logEndOffset();
        }
    }

    private void term(int leader, int epoch, List<Integer> isr) {
        one.partition.term(one.term(leader, epoch, isr));
        two.partition.term(two.term(leader, epoch, isr));
    }

    /// One fetch of `follower`, and what it makes of the answer.
    private void fetch(Site leader, Site follower) {
        var following = follower.partition.following().orElseThrow();
        var place = following.place();
        var fetched = PartitionReader.read(leader.partition,
            new PartitionReader.Question(place.logEndOffset(), 100_000, true,
                PartitionReader.Reader.replica(follower.nodeId, 7), place.leaderEpoch(),
                place.lastEpoch(), place.logStartOffset()));
        if (fetched.diverging().isPresent()) {
            long cutAt = following.cutFor(fetched.diverging().get());
            assertFalse(following.prepareCut(cutAt));
            assertTrue(following.cut(cutAt));
            return;
        }
        if (fetched.error() == ErrorCode.OFFSET_OUT_OF_RANGE) {
            long start = fetched.ends().logStartOffset();
            assertFalse(following.prepareCut(start));
            assertTrue(following.beginAnew(start, bytes(fetched).getFirst()));
            return;
        }
        assertEquals(ErrorCode.NONE, fetched.error());
        assertEquals(ErrorCode.NONE, following.take(bytes(fetched),
            fetched.ends().highWatermark(), fetched.ends().logStartOffset(), NOW));
    }

    private static List<ByteBuffer> bytes(Fetched fetched) {
        var buffers = new ArrayList<ByteBuffer>();
        for (var each : fetched.records()) {
            buffers.add(switch (each) {
                case Bytes.Slice slice -> SimDisk.bytesOf(slice);
                case Bytes.Memory(var buffer) -> buffer;
            });
            each.discard();
        }
        return buffers;
    }

    /// What is heard by one who wrote before the ISR became this, and whose time is up.
    private List<ErrorCode> heardLate(List<Integer> isr, int minInSync) {
        var kept = new ArrayList<ErrorCode>();
        one.write("a");
        one.partition.whenCommitted(1, StillClock.NOW_NS, kept::add);
        one.partition.term(new Term(1, 1, 1, new Replicas(2, BOTH, isr, minInSync)));
        assertEquals(List.of(), kept);
        loop.turn();
        return kept;
    }

    @Test void one_who_waits_for_a_follower_hears_when_its_time_is_up() {
        assertEquals(List.of(ErrorCode.REQUEST_TIMED_OUT), heardLate(BOTH, 2));
    }

    @Test void one_who_waits_while_too_few_are_in_sync_hears_that() {
        assertEquals(List.of(ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND),
            heardLate(List.of(1), 2));
    }

    @Test void a_client_that_asks_a_follower_for_what_it_has_not_yet_is_not_out_of_range() {
        var reader = PartitionReader.Reader.client(false).ofAnyReplica();
        assertEquals(ErrorCode.OFFSET_NOT_AVAILABLE, PartitionReader.read(two.partition,
            new PartitionReader.Question(1, 100, true, reader)).error());
        assertEquals(ErrorCode.OFFSET_OUT_OF_RANGE, PartitionReader.read(one.partition,
            new PartitionReader.Question(1, 100, true, reader)).error());
    }

    @Test void a_record_is_committed_when_the_follower_has_flushed_it_and_said_so() {
        var kept = new ArrayList<ErrorCode>();
        one.write("a");
        one.partition.whenCommitted(1, AckDeadlines.NEVER, kept::add);
        fetch(one, two);
        assertEquals(1, two.end());
        loop.turn(); // both flush
        assertEquals(List.of(), kept);
        assertEquals(0, one.partition.highWatermark());
        fetch(one, two);
        assertEquals(List.of(ErrorCode.NONE), kept);
        assertEquals(1, one.partition.highWatermark());
    }

    @Test void what_a_follower_took_before_its_disk_was_full_is_flushed_and_counts() {
        one.write("a");
        one.write("b".repeat(500));
        two.disk.capacityBytes(200);
        var following = two.partition.following().orElseThrow();
        var fetched = PartitionReader.read(one.partition,
            new PartitionReader.Question(0, 100_000, true,
                PartitionReader.Reader.replica(2, 7), 0, -1, 0));
        assertEquals(ErrorCode.KAFKA_STORAGE_ERROR,
            following.take(bytes(fetched), 0, 0, NOW));
        assertEquals(1, two.end());
        var told = new ArrayList<String>();
        following.whenCounted(() -> told.add("counted"));
        loop.turn();
        assertEquals(List.of("counted"), told);
        two.disk.capacityBytes(100_000);
        fetch(one, two);
        assertEquals(2, two.end());
        assertEquals(List.of(), two.faults);
    }

    @Test void a_follower_counts_what_it_has_flushed_only_and_not_more_than_the_leader_says() {
        one.write("a");
        one.write("b");
        fetch(one, two);
        assertEquals(0, two.partition.highWatermark());
        loop.turn();
        assertEquals(0, two.partition.highWatermark());
        fetch(one, two);
        assertEquals(2, two.partition.highWatermark());
        var told = new ArrayList<String>();
        one.write("c");
        fetch(one, two);
        two.partition.following().orElseThrow().whenCounted(() -> told.add("counted"));
        assertEquals(List.of(), told);
        loop.turn();
        assertEquals(List.of("counted"), told);
        assertEquals(2, two.partition.highWatermark());
    }

    @Test void what_the_new_leader_does_not_have_is_cut_off() {
        one.write("a");
        fetch(one, two);
        loop.turn();
        fetch(one, two);
        one.write("only here");
        one.write("this, too");
        loop.turn();
        term(2, 1, BOTH);
        two.write("b");
        fetch(two, one);
        assertEquals(1, one.end());
        fetch(two, one);
        assertEquals(2, one.end());
        assertEquals(1, one.partition.log().lastEpoch().orElseThrow());
        loop.turn();
        fetch(two, one);
        assertEquals(2, two.partition.highWatermark());
        assertTrue(one.partition.highWatermark() <= 2);
    }

    @Test void a_replica_without_what_comes_next_begins_where_its_leader_begins() {
        term(1, 1, List.of(1));
        for (int record = 0; record < 5; record++)
            one.write("r" + record);
        loop.turn();
        assertEquals(ErrorCode.NONE, one.partition.upkeep().deleteRecordsBefore(3));
        fetch(one, two);
        assertEquals(3, two.end());
        assertEquals(3, two.partition.log().logStartOffset());
        fetch(one, two);
        assertEquals(5, two.end());
    }

    @Test void a_replica_takes_the_whole_batch_in_whose_midst_its_leader_begins() {
        term(1, 1, List.of(1));
        one.write("a");
        one.write("b", "c", "d");
        loop.turn();
        assertEquals(ErrorCode.NONE, one.partition.upkeep().deleteRecordsBefore(2));
        fetch(one, two);
        assertEquals(1, two.end());
        fetch(one, two);
        assertEquals(4, two.end());
        loop.turn();
        assertEquals(2, two.partition.log().logStartOffset());
        fetch(one, two);
        assertEquals(4, two.partition.highWatermark());
        var client = new PartitionReader.Question(1, 1_000, true,
            PartitionReader.Reader.client(false));
        assertEquals(ErrorCode.OFFSET_OUT_OF_RANGE,
            PartitionReader.read(one.partition, client).error());
    }

    private static ByteBuffer ofProducer(int sequence) {
        return new BatchBuilder(0).producer(77, (short) 0, sequence)
            .append(1_000, null, ByteBuffer.allocate(3)).build();
    }

    /// A producer has written three batches, and `two` begins behind the second.
    private void producersBatchesAreGone() {
        term(1, 1, List.of(1));
        for (int sequence = 0; sequence < 3; sequence++)
            assertInstanceOf(Appended.Written.class,
                one.partition.append(ofProducer(sequence), NOW));
        loop.turn();
        assertEquals(ErrorCode.NONE, one.partition.upkeep().deleteRecordsBefore(2));
        fetch(one, two);
        assertEquals(2, two.end());
    }

    /// The batch was taken before: where, and no other than that.
    private void isTakenAlready(int sequence) {
        var again = assertInstanceOf(Appended.Written.class,
            two.partition.append(ofProducer(sequence), NOW));
        assertEquals(sequence, again.firstOffset());
    }

    @Test void a_replica_that_begins_anew_knows_producers_whose_batches_are_gone() {
        producersBatchesAreGone();
        fetch(one, two);
        term(2, 2, BOTH);
        for (int sequence = 0; sequence < 3; sequence++)
            isTakenAlready(sequence);
        assertEquals(3, two.end());
    }

    @Test void it_claims_nothing_of_what_it_has_not_got() {
        producersBatchesAreGone();
        term(2, 2, BOTH);
        isTakenAlready(1);
        assertInstanceOf(Appended.Written.class, two.partition.append(ofProducer(2), NOW));
        assertEquals(3, two.end());
    }

    @Test void it_is_told_of_no_sooner_than_it_would_know_them_after_a_power_cut()
        throws DiskFault {
        producersBatchesAreGone();
        var told = new ArrayList<String>();
        two.partition.following().orElseThrow().whenCounted(() -> told.add("counted"));
        assertEquals(List.of(), told);
        loop.turn();
        assertEquals(List.of("counted"), told);
        two.disk.losePower();
        var log = PartitionLog.open(two.disk, ID.directory(), SETTINGS.log(),
            OpenHow.afterCrash(0, 0, ID.topicId()), new StillClock(), _ -> {
            });
        assertEquals(2, log.logEndOffset());
        assertEquals(List.of(1),
            log.producers().stream().map(each -> each.lastSequence()).toList());
    }

    @Test void what_is_told_of_producers_and_is_not_sound_is_not_taken() {
        term(1, 1, List.of(1));
        var following = two.partition.following().orElseThrow();
        assertFalse(following.beginAnew(2, ByteBuffer.allocate(60)));
        assertEquals(0, two.partition.log().logStartOffset());
    }

    @Test void damaged_bytes_are_not_taken() {
        one.write("a");
        loop.turn();
        var following = two.partition.following().orElseThrow();
        var fetched = PartitionReader.read(one.partition, new PartitionReader.Question(0, 1_000,
            true, PartitionReader.Reader.replica(2, 7), 0, -1, 0));
        var damaged = bytes(fetched).getFirst();
        damaged.put(damaged.limit() - 1, (byte) (damaged.get(damaged.limit() - 1) ^ 1));
        assertEquals(ErrorCode.CORRUPT_MESSAGE, following.take(List.of(damaged), 1, 0, NOW));
        assertEquals(0, two.end());
    }

    @Test void only_the_leader_answers_replicas_and_only_replicas_are_answered() {
        var asked = new PartitionReader.Question(0, 1_000, true,
            PartitionReader.Reader.replica(1, 7), 0, -1, 0);
        assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER,
            PartitionReader.read(two.partition, asked).error());
        var stranger = new PartitionReader.Question(0, 1_000, true,
            PartitionReader.Reader.replica(3, 7), 0, -1, 0);
        assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            PartitionReader.read(one.partition, stranger).error());
        var client = new PartitionReader.Question(0, 1_000, true,
            PartitionReader.Reader.client(false));
        assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER,
            PartitionReader.read(two.partition, client).error());
    }

    @Test void a_promise_of_a_deposed_leader_is_broken() {
        var kept = new ArrayList<ErrorCode>();
        one.write("a");
        one.partition.whenCommitted(1, AckDeadlines.NEVER, kept::add);
        term(2, 1, BOTH);
        assertEquals(List.of(ErrorCode.NOT_LEADER_OR_FOLLOWER), kept);
        var batch = new BatchBuilder(0).append(1_000, null, ByteBuffer.allocate(3)).build();
        assertInstanceOf(Appended.Refused.class, one.partition.append(batch, NOW));
    }

    @Test void a_new_leader_does_not_tell_its_end_before_it_is_committed_again() {
        one.write("a");
        fetch(one, two);
        loop.turn();
        fetch(one, two);
        one.write("b");
        fetch(one, two);
        loop.turn();
        term(2, 1, BOTH);
        assertTrue(two.partition.isSettling());
        fetch(two, one);
        assertFalse(two.partition.isSettling());
        assertEquals(2, two.partition.highWatermark());
    }

    /// Whatever is written, lost and led, the two are the same below the high watermark, and
    /// nothing that was acknowledged is gone.
    @Test void logs_agree_below_the_watermark_through_any_history() {
        for (int seed = 0; seed < 300; seed++)
            new Story(new SplittableRandom(seed)).play();
    }

    private static final class Story {
        private final SplittableRandom random;
        private final FollowingTest pair = new FollowingTest();
        private final List<Long> acknowledged = new ArrayList<>();
        private int leader = 1;
        private int epoch;

        private Story(SplittableRandom random) {
            this.random = random;
        }

        private Site leader() {
            return leader == 1 ? pair.one : pair.two;
        }

        private Site follower() {
            return leader == 1 ? pair.two : pair.one;
        }

        private void play() {
            for (int step = 0; step < 60; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> write("v" + step);
                    case 3, 4 -> pair.fetch(leader(), follower());
                    case 5, 6 -> pair.loop.turn();
                    default -> change();
                }
            }
            for (int turn = 0; turn < 8; turn++) {
                pair.fetch(leader(), follower());
                pair.loop.turn();
            }
            assertEquals(pair.one.end(), pair.two.end());
            assertEquals(leader().end(), leader().partition.highWatermark());
            for (long offset : acknowledged)
                assertTrue(offset < leader().end());
            assertEquals(content(pair.one), content(pair.two));
        }

        private void write(String value) {
            long offset = leader().end();
            leader().write(value);
            leader().partition.whenCommitted(offset + 1, AckDeadlines.NEVER, outcome -> {
                if (outcome == ErrorCode.NONE) acknowledged.add(offset);
            });
        }

        /// Both are in sync all the time: either may lead next.
        private void change() {
            leader = 3 - leader;
            epoch++;
            pair.term(leader, epoch, BOTH);
        }

        private static List<ByteBuffer> content(Site site) {
            try {
                var read = site.partition.log().read(0, 1_000_000, site.end(), true);
                if (!(read instanceof dev.naru.log.Read.Found found)) return List.of();
                var bytes = SimDisk.bytesOf(found.bytes());
                found.bytes().discard();
                return List.of(bytes);
            } catch (DiskFault fault) {
                throw new AssertionError(fault);
            }
        }
    }

    private static final class StillClock implements Clock {
        private static final long NOW_NS = 0;

        @Override public long monotonicNs() {
            return NOW_NS;
        }

        @Override public long wallMs() {
            return 1_000;
        }
    }
}

package dev.naru.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.client.ClientTools;
import dev.naru.metadata.TestDisk;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionLoop;
import dev.naru.partition.Replicas;
import dev.naru.partition.Term;
import dev.naru.record.BatchBuilder;
import dev.naru.shard.StepLoop;
import dev.naru.wire.message.FetchRequest;
import dev.naru.wire.message.FetchResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A replica of one partition or two, and what it tells its leader.
final class ReplicaFetcherTest {
    private static final int SELF = OneNode.ID;
    private static final int LEADER = 2;
    private static final int EPOCH = 3;
    private static final int SESSION = 77;
    private static final long BACKOFF_MS = 100;
    private static final Uuid TOPIC = OneLoop.TOPIC;

    private final StepLoop loop = new StepLoop();
    private final TestDisk disk = new TestDisk();
    private final ScriptedLeader leader = new ScriptedLeader(loop);
    private final List<ReplicaEvent> told = new ArrayList<>();
    private final List<Partition> held = new ArrayList<>();
    private final List<Runnable> recordings = new ArrayList<>();
    private boolean holdsRecordings;
    private final PartitionLoop shared = OneLoop.of(loop, disk);
    private final ReplicaFetcher fetcher = new ReplicaFetcher(ports(), LEADER);

    private ReplicaPorts ports() {
        var tools = new ClientTools(leader, loop, loop, OneNode.ZERO, OneLoop.NO_CODECS);
        return new ReplicaPorts(tools, loop, event -> told.add((ReplicaEvent) event), new Self(),
            () -> new ReplicaSettings(500, 1 << 20, 1 << 20, BACKOFF_MS, 30_000));
    }

    /// A replica whose log already has as many records of epoch 1, all written and not flushed.
    private Partition replica(int index, int records) {
        return replica(index, records, 0);
    }

    /// The same without those below `start`.
    private Partition replica(int index, int records, long start) {
        var id = OneLoop.partition(index);
        try {
            var log = OneLoop.log(id, loop, disk);
            for (int at = 0; at < records; at++)
                log.appendReplica(batch(at, 1), loop.now());
            log.deleteRecordsBefore(start);
            var both = new Replicas(EPOCH, List.of(SELF, LEADER), List.of(SELF, LEADER), 1);
            var partition = new Partition(id, log, shared, OneLoop.SETTINGS,
                new Term(SELF, LEADER, EPOCH, both));
            partition.serve();
            held.add(partition);
            return partition;
        } catch (DiskFault fault) {
            throw new AssertionError(fault);
        }
    }

    private static ByteBuffer batch(long offset, int epoch) {
        return new BatchBuilder(offset).leaderEpoch(epoch)
            .append(1_000, null, ByteBuffer.allocate(3)).build();
    }

    private static ReplicaEntry entry(Partition partition) {
        return new ReplicaEntry(partition, partition.following().orElseThrow(),
            Optional.empty());
    }

    /// Follows, and has the session opened.
    private Partition followed(int records) {
        var partition = replica(0, records);
        fetcher.add(entry(partition));
        loop.run();
        leader.answer(answer());
        loop.run();
        return partition;
    }

    private static FetchResponse answer(FetchResponse.PartitionData... partitions) {
        var topic = FetchResponse.FetchableTopicResponse.builder().topicId(TOPIC)
            .partitions(List.of(partitions)).build();
        return FetchResponse.builder().sessionId(SESSION)
            .responses(partitions.length == 0 ? List.of() : List.of(topic)).build();
    }

    private static FetchResponse.PartitionData records(long offset) {
        return records(offset, 1);
    }

    /// One batch of as many records.
    private static FetchResponse.PartitionData records(long offset, int count) {
        return records(offset, count, 0);
    }

    private static FetchResponse.PartitionData records(long offset, int count, long leaderStart) {
        var batch = new BatchBuilder(offset).leaderEpoch(EPOCH);
        for (int at = 0; at < count; at++)
            batch.append(1_000, null, ByteBuffer.allocate(3));
        return FetchResponse.PartitionData.builder().partitionIndex(0).highWatermark(0)
            .logStartOffset(leaderStart).records(List.of(new Bytes.Memory(batch.build()))).build();
    }

    private static FetchResponse.PartitionData error(ErrorCode why) {
        return FetchResponse.PartitionData.builder().partitionIndex(0).errorCode(why.code())
            .highWatermark(-1).build();
    }

    private static FetchResponse.PartitionData parted(int epoch, long endOffset) {
        return FetchResponse.PartitionData.builder().partitionIndex(0).highWatermark(0)
            .divergingEpoch(FetchResponse.EpochEndOffset.builder().epoch(epoch)
                .endOffset(endOffset).build())
            .build();
    }

    /// Each partition that was asked for in the request: its index and offset.
    private static List<String> places(FetchRequest request) {
        return request.topics().stream().flatMap(topic -> topic.partitions().stream())
            .map(each -> each.partition() + "@" + each.fetchOffset()).toList();
    }

    private List<String> lastPlaces() {
        return places(leader.fetched.getLast());
    }

    @Test void a_tail_that_is_not_flushed_yet_is_not_told_when_it_begins_to_follow() {
        disk.holdsFlushes = true;
        fetcher.add(entry(replica(0, 2)));
        loop.run();
        assertEquals(0, leader.fetched.size());
        disk.releaseFlush();
        loop.run();
        assertEquals(List.of("0@2"), lastPlaces());
    }

    @Test void one_whose_tail_is_on_its_way_to_the_disk_keeps_no_other_from_asking() {
        disk.holdsFlushes = true;
        fetcher.add(entry(replica(0, 2)));
        fetcher.add(entry(replica(1, 0)));
        loop.run();
        assertEquals(List.of("1@0"), lastPlaces());
    }

    @Test void what_was_taken_is_told_when_it_is_flushed_and_not_before() {
        followed(0);
        int before = leader.fetched.size();
        disk.holdsFlushes = true;
        leader.answer(answer(records(0)));
        loop.run();
        assertEquals(before, leader.fetched.size());
        disk.releaseFlush();
        loop.run();
        assertEquals(List.of("0@1"), lastPlaces());
    }

    @Test void a_log_that_parted_is_cut_and_its_new_end_told_when_that_counts() {
        var partition = followed(4);
        disk.holdsFlushes = true;
        leader.answer(answer(parted(1, 2)));
        loop.run();
        assertEquals(2, partition.log().logEndOffset());
        assertEquals(List.of("0@2"), lastPlaces());
        assertTrue(told.getFirst() instanceof ReplicaEvent.Parted(_, _, var end, var cutAt)
            && end == 4 && cutAt == 2);
    }

    @Test void after_a_cut_what_is_left_of_an_unflushed_tail_is_told_when_it_is_flushed() {
        var partition = followed(0);
        fetcher.add(entry(replica(1, 0)));
        loop.run();
        disk.holdsFlushes = true;
        leader.answer(answer(records(0), records(1)));
        loop.run();
        leader.answer(answer(parted(EPOCH, 1)));
        loop.run();
        assertEquals(1, partition.log().logEndOffset());
        assertEquals(List.of("1@0"), lastPlaces());
        disk.releaseFlush();
        loop.run();
        assertEquals(List.of("1@0"), lastPlaces());
        disk.releaseFlush();
        loop.run();
        assertEquals(List.of("0@1"), lastPlaces());
    }

    @Test void an_epoch_that_ends_before_all_counts_tells_its_leader_nothing_more() {
        disk.holdsFlushes = true;
        var partition = replica(0, 2);
        fetcher.add(entry(partition));
        loop.run();
        var next = new Replicas(EPOCH + 1, List.of(SELF, LEADER), List.of(SELF), 1);
        partition.term(new Term(SELF, SELF, EPOCH + 1, next));
        loop.run();
        assertEquals(List.of(), leader.fetched);
    }

    @Test void what_was_taken_is_not_told_to_a_leader_whose_epoch_is_over() {
        var partition = followed(0);
        disk.holdsFlushes = true;
        leader.answer(answer(records(0)));
        loop.run();
        int before = leader.fetched.size();
        var next = new Replicas(EPOCH + 1, List.of(SELF, LEADER), List.of(SELF), 1);
        partition.term(new Term(SELF, SELF, EPOCH + 1, next));
        loop.run();
        assertTrue(leader.fetched.stream().skip(before)
            .allMatch(each -> places(each).isEmpty()));
    }

    @Test void what_is_followed_no_more_is_forgotten_behind_the_request_that_is_parked() {
        var partition = followed(0);
        fetcher.add(entry(replica(1, 0)));
        loop.run();
        assertEquals(2, leader.waiting());
        leader.answer(answer());
        loop.run();
        fetcher.remove(partition.id());
        fetcher.add(entry(replica(2, 0)));
        loop.run();
        var last = leader.fetched.getLast();
        assertEquals(List.of("2@0"), places(last));
        assertEquals(List.of(0), last.forgottenTopicsData().getFirst().partitions());
    }

    @Test void after_an_error_it_is_left_alone_for_a_while_and_nothing_is_asked_for_it() {
        followed(0);
        leader.answer(answer(error(ErrorCode.NOT_LEADER_OR_FOLLOWER)));
        loop.run();
        var forgets = leader.fetched.getLast();
        assertEquals(List.of(0), forgets.forgottenTopicsData().getFirst().partitions());
        int before = leader.fetched.size();
        leader.answer(answer());
        loop.passMs(BACKOFF_MS - 1);
        assertEquals(before, leader.fetched.size());
        loop.passMs(1);
        assertEquals(List.of("0@0"), lastPlaces());
    }

    @Test void a_leader_that_refuses_everything_is_not_asked_again_at_once() {
        followed(0);
        int before = leader.fetched.size();
        leader.answer(FetchResponse.builder()
            .errorCode(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code()).responses(List.of())
            .build());
        loop.run();
        assertEquals(before, leader.fetched.size());
        loop.passMs(BACKOFF_MS);
        assertEquals(before + 1, leader.fetched.size());
    }

    @Test void a_session_that_the_leader_has_forgotten_is_opened_anew_at_once() {
        followed(0);
        leader.answer(FetchResponse.builder()
            .errorCode(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.code()).responses(List.of()).build());
        loop.run();
        assertEquals(0, leader.fetched.getLast().sessionId());
        assertEquals(List.of("0@0"), lastPlaces());
    }

    @Test void the_request_that_opens_a_session_does_not_wait_unless_there_is_no_room_for_one() {
        fetcher.add(entry(replica(0, 0)));
        loop.run();
        assertEquals(0, leader.fetched.getLast().maxWaitMs());
        leader.answer(FetchResponse.builder().sessionId(0).responses(List.of()).build());
        loop.run();
        assertEquals(500, leader.fetched.getLast().maxWaitMs());
    }

    @Test void a_connection_that_is_lost_is_made_again_and_everything_told_again() {
        followed(2);
        leader.hangUp();
        loop.run();
        loop.passMs(3 * BACKOFF_MS);
        assertEquals(2, leader.dials);
        assertEquals(0, leader.fetched.getLast().sessionId());
        assertEquals(List.of("0@2"), lastPlaces());
        assertEquals(1, told.size());
    }

    private void recorded() {
        var all = List.copyOf(recordings);
        recordings.clear();
        all.forEach(Runnable::run);
    }

    /// All that is here was cut off, down to where the log begins.
    private Partition emptied() {
        var partition = replica(0, 4, 3);
        fetcher.add(entry(partition));
        loop.run();
        leader.answer(answer(parted(1, 3)));
        loop.run();
        assertEquals(List.of("0@3"), lastPlaces());
        assertEquals(3, partition.log().logStartOffset());
        assertEquals(3, partition.log().logEndOffset());
        return partition;
    }

    @Test void a_replica_that_begins_where_its_leaders_log_parted_begins_anew_with_its_leader() {
        var partition = replica(0, 4, 3);
        fetcher.add(entry(partition));
        loop.run();
        holdsRecordings = true;
        leader.answer(answer(parted(1, 1)));
        recorded();
        loop.run();
        assertEquals(0, partition.log().logStartOffset());
        assertEquals(List.of(), lastPlaces());
        recorded();
        loop.run();
        assertEquals(List.of("0@0"), lastPlaces());
        assertTrue(told.getLast() instanceof ReplicaEvent.Restarted(_, _, var end, var start)
            && end == 4 && start == 0);
    }

    @Test void so_does_one_that_begins_above_its_leaders_end() {
        var partition = emptied();
        leader.answer(answer(outOfRange(0)));
        loop.run();
        assertEquals(0, partition.log().logStartOffset());
        assertEquals(List.of("0@0"), lastPlaces());
    }

    @Test void so_does_one_that_begins_in_the_midst_of_a_batch_of_its_leader() {
        var partition = emptied();
        leader.answer(answer(records(2, 2)));
        loop.run();
        assertEquals(0, partition.log().logEndOffset());
        assertEquals(List.of("0@0"), lastPlaces());
    }

    @Test void so_it_does_where_the_leader_has_deleted_as_much_amid_that_batch() {
        var partition = emptied();
        leader.answer(answer(records(2, 2, 3)));
        loop.run();
        assertEquals(0, partition.log().logEndOffset());
        assertEquals(List.of("0@0"), lastPlaces());
    }

    @Test void what_the_leader_has_answered_to_is_not_taken_back() {
        var partition = emptied();
        leader.answer(answer(FetchResponse.PartitionData.builder().partitionIndex(0)
            .highWatermark(3).logStartOffset(3).build()));
        loop.run();
        leader.answer(answer(records(2, 2, 3)));
        loop.run();
        assertEquals(3, partition.log().logStartOffset());
        assertTrue(told.getLast() instanceof ReplicaEvent.Refused);
    }

    /// It has told that it has all below, so it may have been counted, and even be in sync.
    @Test void a_replica_without_a_record_goes_on_where_it_begins_though_its_leader_is_before() {
        var partition = emptied();
        leader.answer(answer(records(3)));
        loop.run();
        assertEquals(3, partition.log().logStartOffset());
        assertEquals(List.of("0@4"), lastPlaces());
    }

    @Test void where_the_leader_begins_it_says_to_one_who_asks_for_what_was_before() {
        var partition = emptied();
        leader.answer(answer(outOfRange(1)));
        loop.run();
        assertEquals(List.of("0@0"), lastPlaces());
        leader.answer(answer()); // to who forgot it, while it was flushed
        leader.answer(answer(outOfRange(1)));
        loop.run();
        assertEquals(1, partition.log().logStartOffset());
        assertEquals(List.of("0@1"), lastPlaces());
    }

    @Test void a_replica_that_has_records_keeps_them_wherever_its_leader_begins() {
        var partition = replica(0, 4, 3);
        fetcher.add(entry(partition));
        loop.run();
        leader.answer(answer(records(4)));
        loop.run();
        assertEquals(3, partition.log().logStartOffset());
        assertEquals(5, partition.log().logEndOffset());
    }

    private static FetchResponse.PartitionData outOfRange(long leaderStart) {
        return FetchResponse.PartitionData.builder().partitionIndex(0)
            .errorCode(ErrorCode.OFFSET_OUT_OF_RANGE.code()).highWatermark(-1)
            .logStartOffset(leaderStart).build();
    }

    private final class Self extends OneNode {
        @Override public Optional<Partition> open(TopicImage topic, int index) {
            throw new AssertionError("opened by the tests");
        }

        @Override public Optional<CopyBudget> budgetOf(TopicImage topic, int index) {
            throw new AssertionError("nothing is bounded");
        }

        @Override public void recordRecoveryPoints(Runnable done) {
            recordings.add(() -> {
                for (var each : held) {
                    each.upkeep().startRecorded(each.log().logStartOffset());
                    each.upkeep().pointRecorded(each.log().recoveryPoint());
                }
                done.run();
            });
            if (!holdsRecordings) recorded();
        }
    }
}

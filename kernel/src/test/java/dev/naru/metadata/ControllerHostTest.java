package dev.naru.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRequest.CreateTopics;
import dev.naru.metadata.ClusterRequest.NewTopic;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import dev.naru.metadata.MetadataLog.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ControllerHostTest {
    /// A log that commits when the test says so.
    private static final class HandLog implements MetadataLog {
        private final List<ByteBuffer> proposed = new ArrayList<>();
        private final List<Kind> kinds = new ArrayList<>();
        private final List<Consumer<Outcome>> outcomes = new ArrayList<>();
        private Listener listener = new NoListener();
        private long index;

        @Override public void start(Loop loop, Listener listener) {
            this.listener = listener;
        }

        @Override public void propose(ByteBuffer batch, Kind kind, Consumer<Outcome> outcome) {
            kinds.add(kind);
            proposed.add(batch);
            outcomes.add(outcome);
        }

        @Override public void close() {}

        private void commit() {
            index++;
            listener.onCommitted(index, proposed.removeFirst());
            outcomes.removeFirst().accept(new Outcome.Committed(index));
        }

        private void commitOther(MetadataBatch batch) {
            index++;
            listener.onCommitted(index, batch.encode());
        }

        private void settle(Outcome outcome) {
            proposed.removeFirst();
            outcomes.removeFirst().accept(outcome);
        }

        private MetadataBatch next() {
            try {
                return MetadataBatch.decode(proposed.getFirst());
            } catch (Undecodable impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private final TurnLoop loop = new TurnLoop();
    private final HandLog log = new HandLog();
    private final List<String> events = new ArrayList<>();
    private final ControllerHost host = host(log);

    private ControllerHost host(MetadataLog log) {
        var host = new ControllerHost(Fixtures.world(loop, 1), log, Fixtures.rules());
        host.listen(new ImageListener() {
            @Override public void onLoaded(ClusterImage image) {
                events.add("loaded " + image.topicCount());
            }

            @Override public void onChanged(ClusterImage before, ClusterImage after,
                List<ClusterRecord> facts) {
                events.add("changed " + before.topicCount() + "->" + after.topicCount());
            }

            @Override public void onFailed(String reason) {
                events.add("failed " + reason);
            }
        });
        return host;
    }

    private static ClusterRequest create(String... names) {
        var topics = new ArrayList<NewTopic>();
        for (var name : names)
            topics.add(new NewTopic(name, 1, 1, List.of(), List.of()));
        return new CreateTopics(topics, 1, 1, false, false);
    }

    private static ClusterRequest register() {
        return new RegisterNode(1, new Uuid(1, 1), Uuid.ZERO, List.of(), "", true, Long.MAX_VALUE);
    }

    private void ask(ClusterRequest request) {
        host.submit(request, answer -> events.add(words(answer)));
        loop.turn();
    }

    private static String words(ClusterAnswer answer) {
        return switch (answer) {
            case ClusterAnswer.Failed(var why, var message) -> why.name();
            case ClusterAnswer.TopicsCreated(var topics) -> topics.stream()
                .map(t -> t.name() + "=" + t.error()).toList().toString();
            default -> answer.getClass().getSimpleName();
        };
    }

    private void lead() {
        host.start();
        log.listener.onLeading(1);
        log.commit();
        ask(register());
        log.commit();
        events.clear();
    }

    @Test void nothing_is_decided_before_the_opening_batch_is_committed() throws Undecodable {
        host.start();
        ask(register());
        assertEquals(List.of(), events);
        log.listener.onLeading(5);
        assertEquals(new MetadataBatch(5, 0, List.of()), log.next());
        assertEquals(1, log.proposed.size());
        log.commit();
        assertEquals(5, log.next().controllerEpoch());
        assertEquals(1, log.next().basedOn());
        log.commit();
        assertEquals(List.of("loaded 0", "changed 0->0", "changed 0->0", "NodeAccepted"), events);
    }

    @Test void an_answer_leaves_after_the_commit_and_after_the_listeners() {
        lead();
        ask(create("a"));
        assertEquals(List.of(), events);
        assertEquals(0, host.image().topicCount());
        log.commit();
        assertEquals(List.of("changed 0->1", "[a=NONE]"), events);
        assertEquals(1, host.image().topicCount());
    }

    @Test void requests_that_come_during_a_flight_are_decided_together_on_one_draft() {
        lead();
        ask(create("a"));
        ask(create("b"));
        ask(create("a", "c"));
        ask(create("b"));
        log.commit();
        assertEquals(3 - 1, log.next().facts().size());
        log.commit();
        assertEquals(List.of("changed 0->1", "[a=NONE]", "changed 1->3", "[b=NONE]",
            "[a=TOPIC_ALREADY_EXISTS, c=NONE]", "[b=TOPIC_ALREADY_EXISTS]"), events);
    }

    @Test void an_answer_without_facts_waits_for_the_draft_it_has_seen_and_else_for_nothing() {
        lead();
        ask(create("a"));
        log.commit();
        events.clear();
        ask(create("a"));
        assertEquals(List.of("[a=TOPIC_ALREADY_EXISTS]"), events);
    }

    @Test void a_heavy_draft_is_proposed_before_more_is_decided() {
        lead();
        ask(create("first"));
        for (int i = 0; i < 3; i++) {
            var big = new NewTopic("big" + i, Limits.CONTROLLER_DRAFT_WEIGHT_MAX, 1, List.of(),
                List.of());
            ask(new CreateTopics(List.of(big), 1, 1, false, false));
        }
        log.commit();
        assertEquals(1, log.next().facts().size());
        log.commit();
        assertEquals(1, log.next().facts().size());
    }

    @Test void a_batch_that_is_not_based_on_the_last_accepted_one_is_skipped() {
        lead();
        ask(create("a"));
        var stranger = new MetadataBatch(9, host.image().acceptedIndex(), List.of());
        log.commitOther(stranger);
        log.commit();
        assertEquals(0, host.image().topicCount());
        assertEquals(List.of("changed 0->0", "REQUEST_TIMED_OUT"), events);
        log.commit(); // the opening batch of a new round
        ask(create("a"));
        log.commit();
        assertEquals(1, host.image().topicCount());
    }

    @Test void after_an_unknown_outcome_the_draft_is_gone_and_an_empty_batch_opens_anew() {
        lead();
        ask(create("a"));
        var mine = log.proposed.getFirst();
        log.settle(new Outcome.Unknown("lost"));
        assertEquals(List.of("REQUEST_TIMED_OUT"), events);
        ask(create("a"));
        assertEquals(List.of(), log.next().facts());
        // what was lost is committed after all, and the opening batch, based before it, is skipped
        log.index++;
        log.listener.onCommitted(log.index, mine);
        log.commit();
        log.commit();
        assertEquals("[a=TOPIC_ALREADY_EXISTS]", events.getLast());
        assertEquals(1, host.image().topicCount());
    }

    @Test void a_refused_proposal_fails_its_requests_alone() {
        lead();
        ask(create("a"));
        ask(create("b"));
        log.settle(new Outcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR, "full"));
        log.commit();
        assertEquals(List.of("KAFKA_STORAGE_ERROR", "changed 0->1", "[b=NONE]"), events);
        assertTrue(host.image().topic("a").isEmpty());
    }

    @Test void what_makes_room_and_what_a_start_needs_is_urgent() {
        lead();
        ask(create("a"));
        log.commit();
        ask(new ClusterRequest.DeleteTopics(List.of(new ClusterRequest.TopicRef.ByName("a"))));
        assertEquals("[URGENT, URGENT, ORDINARY, URGENT]", log.kinds.toString());
    }

    @Test void a_refused_opening_is_tried_again() {
        host.start();
        ask(create("a"));
        log.listener.onLeading(1);
        log.settle(new Outcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR, "full"));
        assertEquals(List.of("loaded 0", "KAFKA_STORAGE_ERROR"), events);
        loop.ring();
        log.commit();
        ask(register());
        log.commit();
        assertEquals("NodeAccepted", events.getLast());
    }

    @Test void a_follower_decides_nothing_and_follows() {
        lead();
        ask(create("a"));
        log.listener.onFollowing(2);
        ask(create("b"));
        assertEquals(List.of("REQUEST_TIMED_OUT", "NOT_CONTROLLER"), events);
        log.commitOther(new MetadataBatch(2, host.image().acceptedIndex(), List.of(
            new ClusterRecord.TopicCreated("z", new Uuid(3, 3),
                List.of(PartitionImage.fresh(List.of(1)))))));
        assertEquals(1, host.image().topicCount());
        log.commit(); // of the former term: told to nobody
        assertEquals("changed 0->1", events.getLast());
    }

    @Test void a_log_that_failed_fails_what_waits() {
        lead();
        ask(create("a"));
        ask(create("b"));
        log.listener.onFailed("disk gone");
        log.settle(new Outcome.Unknown("disk gone"));
        ask(create("c"));
        assertEquals(List.of("KAFKA_STORAGE_ERROR", "failed disk gone", "REQUEST_TIMED_OUT",
            "KAFKA_STORAGE_ERROR"), events);
    }

    @Test void facts_of_a_newer_version_fail_the_host() {
        host.start();
        log.listener.onCommitted(1, ByteBuffer.wrap(new byte[]{9}));
        assertTrue(events.getFirst().startsWith("failed Batch 1 of the metadata cannot be read"));
    }

    @Test void the_queue_has_a_limit() {
        host.start();
        for (int i = 0; i < Limits.CONTROLLER_REQUESTS_WAITING_MAX; i++)
            ask(create("t" + i));
        assertEquals(List.of(), events);
        ask(create("one more"));
        assertEquals(List.of("THROTTLING_QUOTA_EXCEEDED"), events);
    }

    @Test void snapshot_and_tail_equal_the_full_replay() {
        var plain = new TestDisk();
        var cut = new TestDisk();
        var whole = live(plain, Long.MAX_VALUE);
        var short1 = live(cut, 2_000);
        assertTrue(plain.list("metadata").stream().noneMatch(n -> n.endsWith(".snapshot")));
        assertTrue(cut.list("metadata").stream().anyMatch(n -> n.endsWith(".snapshot")));
        assertEquals(Fixtures.facts(whole), Fixtures.facts(short1));
        var replayed = boot(plain, Long.MAX_VALUE).image();
        var restored = boot(cut, 2_000).image();
        assertEquals(Fixtures.facts(whole), Fixtures.facts(replayed));
        assertEquals(Fixtures.facts(whole), Fixtures.facts(restored));
        assertEquals(whole.acceptedIndex() + 1, replayed.acceptedIndex());
        assertEquals(whole.acceptedIndex() + 1, restored.acceptedIndex());
    }

    @Test void a_hundred_thousand_partitions_are_created_snapshotted_and_loaded_in_few_steps() {
        var disk = new TestDisk();
        var booted = boot(disk, 1_000_000);
        submit(booted, register());
        int writesBefore = disk.writes;
        for (int block = 0; block < 10; block++) {
            var topics = new ArrayList<NewTopic>();
            for (int i = 0; i < 1_000; i++) {
                topics.add(new NewTopic("t" + block + "-" + i, 10, 1, List.of(), List.of()));
            }
            submit(booted, new CreateTopics(topics, 1, 1, false, false));
        }
        assertEquals(100_000, booted.image().partitionCount());
        // two buffers for each batch, and the blocks of the snapshots
        assertTrue(disk.writes - writesBefore < 60, "writes: " + (disk.writes - writesBefore));
        assertEquals(100_000, boot(disk, 1_000_000).image().partitionCount());
    }

    /// Kill or power loss at any step: an acknowledged topic is there, a topic that is there was
    /// asked for.
    @Test void acknowledged_topics_survive_any_crash() {
        for (int seed = 0; seed < 150; seed++) {
            var chance = new SplittableRandom(seed);
            var disk = new TestDisk();
            var acknowledged = new ArrayList<String>();
            for (int life = 0; life < 4; life++) {
                disk.stepsLeft = chance.nextLong(5, 65);
                liveAndDie(disk, chance, life, acknowledged);
                disk.losePower(chance);
            }
            var image = boot(disk, 600).image();
            for (var name : acknowledged)
                assertTrue(image.topic(name).isPresent(), "seed " + seed);
            assertEquals(image.topicCount(), image.partitionCount());
        }
    }

    private void liveAndDie(TestDisk disk, SplittableRandom chance, int life,
        List<String> acknowledged) {
        var dying = new TurnLoop();
        try {
            var booted = new ControllerHost(Fixtures.world(dying, chance.nextLong()),
                new LocalMetadataLog(disk, "metadata", Trace.NONE, 600), Fixtures.rules());
            booted.start();
            booted.submit(register(), answer -> {
            });
            for (int i = 0; i < 30; i++) {
                var name = "l" + life + "-" + i;
                booted.submit(create(name), answer -> acknowledged.add(name));
                if (chance.nextInt(3) == 0) dying.turn();
            }
            dying.turn();
        } catch (TestDisk.PowerLost gone) {
            // the machine stopped in the middle of something
        }
    }

    private ControllerHost boot(TestDisk disk, long snapshotAfterBytes) {
        var booted = host(new LocalMetadataLog(disk, "metadata", Trace.NONE, snapshotAfterBytes));
        booted.start();
        loop.turn();
        return booted;
    }

    private void submit(ControllerHost booted, ClusterRequest request) {
        booted.submit(request, answer -> events.add(words(answer)));
        loop.turn();
    }

    private ClusterImage live(TestDisk disk, long snapshotAfterBytes) {
        var booted = boot(disk, snapshotAfterBytes);
        submit(booted, register());
        for (int i = 0; i < 50; i++) {
            submit(booted, create("topic-" + i));
            if (i % 7 == 3) {
                submit(booted, new ClusterRequest.DeleteTopics(
                    List.of(new ClusterRequest.TopicRef.ByName("topic-" + (i - 1)))));
            }
        }
        return booted.image();
    }
}

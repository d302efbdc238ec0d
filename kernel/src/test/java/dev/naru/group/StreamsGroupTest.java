package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.Endpoint;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.Topology;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class StreamsGroupTest {
    private final StreamsYard streams = new StreamsYard();
    private final Yard yard = streams.yard;

    @Test void topics_of_the_application_are_created_before_tasks_are_given() {
        var a = streams.join("a", "p");
        assertEquals(List.of(StreamsTopics.MISSING_INTERNAL_TOPICS), a.status);
        assertEquals(List.of(new InternalTopic("log", 3, 0, new TreeMap<>())),
            a.last.toCreate());
        assertEquals("NotReady", streams.describe().groupState());
        assertTrue(a.active.isEmpty());

        yard.topics.add("log", 3);
        a.beat();
        assertEquals(List.of(), a.status);
        assertEquals(new TreeSet<>(List.of("0_0", "0_1", "0_2")), a.active);
        assertEquals("Stable", streams.describe().groupState());
    }

    @Test void what_is_wrong_with_the_topics_is_told() {
        yard.topics.add("log", 2);
        assertEquals(List.of(StreamsTopics.INCORRECTLY_PARTITIONED_TOPICS),
            streams.join("a", "p").status);
        yard.topics.remove("in");
        assertEquals(List.of(StreamsTopics.MISSING_SOURCE_TOPICS), streams.join("a", "p").status);
    }

    @Test void a_task_is_given_only_when_its_owner_has_given_it_up() {
        yard.topics.add("log", 3);
        var a = streams.join("a", "p");
        var b = streams.join("b", "q");
        assertEquals(3, a.active.size());
        assertTrue(b.active.isEmpty());
        b.beat();
        assertTrue(b.active.isEmpty());
        a.beat();
        b.beat();
        assertTrue(b.active.isEmpty(), "a has not said that it has revoked");
        a.beat();
        b.beat();
        assertEquals(3, a.active.size() + b.active.size());
        assertFalse(b.active.isEmpty());
    }

    @Test void copies_are_kept_in_other_processes() {
        var test = new StreamsYard(
            Map.of("streams.assignment.interval.ms", "0", "streams.initial.rebalance.delay.ms",
                "0", "streams.num.standby.replicas", "1"));
        test.yard.topics.add("log", 3);
        var a = test.join("a", "p");
        var a2 = test.join("a2", "p");
        test.settle();
        assertTrue(a.standby.isEmpty() && a2.standby.isEmpty(), "one process keeps no copies");
        var b = test.join("b", "q");
        test.settle();
        test.settle();
        var inP = new TreeSet<>(a.active);
        inP.addAll(a2.active);
        assertEquals(b.standby, inP);
        a2.standby.addAll(a.standby);
        assertEquals(a2.standby, b.active);
    }

    @Test void a_silent_thread_is_out_and_its_tasks_go_to_others() {
        yard.topics.add("log", 3);
        streams.join("a", "p");
        var b = streams.join("b", "q");
        streams.settle();
        streams.threads.remove("a");
        for (int second = 0; second < 50; second += 5) {
            yard.loop.passMs(5_000);
            b.beat();
        }
        b.beat();
        assertEquals(3, b.active.size());
    }

    @Test void members_wait_for_others_when_a_group_begins() {
        var test = new StreamsYard(Map.of());
        test.yard.topics.add("log", 3);
        var slow = test.yard;
        var a = test.join("a", "p");
        assertTrue(a.active.isEmpty());
        slow.loop.passMs(1_000);
        var b = test.join("b", "q");
        slow.loop.passMs(1_900);
        a.beat();
        assertTrue(a.active.isEmpty());
        slow.loop.passMs(200);
        a.beat();
        b.beat();
        assertEquals(3, a.active.size() + b.active.size());
    }

    @Test void a_newer_topology_makes_the_older_stale() {
        yard.topics.add("log", 3);
        var a = streams.join("a", "p");
        assertEquals(ErrorCode.STREAMS_INVALID_TOPOLOGY,
            streams.error(StreamsYard.joining("b", "q").topology(
                Topology.builder().epoch(1).subtopologies(List.of()).build()).build()));
        var b = streams
            .join(StreamsYard.joining("b", "q").topology(StreamsYard.topology(2)).build());
        streams.settle();
        assertEquals(List.of((byte) 0), a.status);
        assertTrue(a.active.isEmpty());
        assertEquals(3, b.active.size());
    }

    @Test void one_thread_can_stop_the_whole_application() {
        yard.topics.add("log", 3);
        var a = streams.join("a", "p");
        var b = streams.join("b", "q");
        streams.send(a.beating().shutdownApplication(true).build());
        b.beat();
        assertEquals(List.of((byte) 4), b.status);
    }

    @Test void threads_learn_where_others_are_found() {
        yard.topics.add("log", 3);
        var a = streams.join(StreamsYard.joining("a", "p")
            .userEndpoint(Endpoint.builder().host("h").port(7).build()).build());
        a.beat();
        var where = a.last.response().partitionsByUserEndpoint();
        var epoch = a.last.response().endpointInformationEpoch();
        if (where == null) throw new AssertionError("not told");
        assertEquals("h", where.getFirst().userEndpoint().host());
        assertEquals(List.of(0, 1, 2),
            where.getFirst().activePartitions().getFirst().partitions());
        a.told(streams.send(a.beating().endpointInformationEpoch(epoch).build()));
        assertNull(a.last.response().partitionsByUserEndpoint());
    }

    @Test void threads_at_one_place_are_found_together() {
        yard.topics.add("log", 3);
        var place = Endpoint.builder().host("h").port(7).build();
        var a = streams.join(StreamsYard.joining("a", "p").userEndpoint(place).build());
        streams.join(StreamsYard.joining("b", "p").userEndpoint(place).build());
        streams.settle();
        a.told(streams.send(a.beating().endpointInformationEpoch(-1).build()));
        var where = a.last.response().partitionsByUserEndpoint();
        if (where == null) throw new AssertionError("not told");
        assertEquals(1, where.size());
        assertEquals(List.of(0, 1, 2),
            where.getFirst().activePartitions().getFirst().partitions());
    }

    @Test void threads_in_older_epochs_are_fenced() {
        yard.topics.add("log", 3);
        var a = streams.join("a", "p");
        streams.join("b", "q");
        streams.settle();
        assertEquals(ErrorCode.FENCED_MEMBER_EPOCH,
            streams.error(a.beating().memberEpoch(a.epoch + 1).build()));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, streams.error(a.beating().memberId("z").build()));
        assertEquals(ErrorCode.NONE, commit(a.epoch, a.active.first()));
        assertEquals(ErrorCode.NONE, commit(1, a.active.first()));
        assertEquals(ErrorCode.STALE_MEMBER_EPOCH, commit(a.epoch + 1, a.active.first()));
    }

    private ErrorCode commit(int epoch, String task) {
        int partition = Integer.parseInt(task.substring(task.indexOf('_') + 1));
        return yard.commit(Yard.committing("in", partition, 1).memberId("a")
            .generationIdOrMemberEpoch(epoch).build(), Yard.V9);
    }

    @Test void a_loaded_group_goes_on_where_it_was() {
        yard.topics.add("log", 3);
        var a = streams.join("a", "p");
        var b = streams.join("b", "q");
        a.beat();
        yard.reload();
        streams.settle();
        assertEquals(3, a.active.size() + b.active.size());
        assertEquals("Stable", streams.describe().groupState());
    }

    @Test void malformed_requests_are_refused() {
        assertEquals(ErrorCode.INVALID_REQUEST,
            streams.error(StreamsYard.joining("", "p").build()));
        assertEquals(ErrorCode.INVALID_REQUEST,
            streams.error(StreamsYard.joining("a", "").build()));
        assertEquals(ErrorCode.INVALID_REQUEST,
            streams.error(StreamsYard.joining("a", "p").topology(null).build()));
        assertEquals(ErrorCode.INVALID_REQUEST,
            streams.error(StreamsYard.joining("a", "p").activeTasks(null).build()));
        assertEquals(ErrorCode.INVALID_REQUEST,
            streams.error(StreamsYard.joining("a", "p").rebalanceTimeoutMs(-1).build()));
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND,
            streams.error(StreamsYard.joining("a", "p").memberEpoch(3).topology(null).build()));
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND.code(), streams.describe().errorCode());
    }

    @Test void one_who_leaves_is_gone_and_an_empty_group_can_be_deleted() {
        yard.topics.add("log", 3);
        var a = streams.join("a", "p");
        assertEquals(ErrorCode.NON_EMPTY_GROUP, yard.delete(Yard.GROUP));
        streams.send(a.beating().memberEpoch(-1).build());
        assertEquals("Empty", streams.describe().groupState());
        assertEquals(ErrorCode.NONE, yard.delete(Yard.GROUP));
        assertFalse(yard.shard().picture().containsKey(Yard.GROUP));
    }
}

package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.wire.message.ConsumerGroupHeartbeatRequest;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What it costs groups that topics change: counted in topics that are looked up.
final class TopicsLookTest {
    private static final int GROUPS = 1_000;

    private final ConsumerYard yard = new ConsumerYard();
    private final TestTopics topics = yard.yard.topics;

    private int lookupsOf(Runnable action) {
        int before = topics.lookups();
        action.run();
        return topics.lookups() - before;
    }

    private static String[] manyTopics() {
        var names = new String[100];
        for (int index = 0; index < names.length; index++)
            names[index] = "t" + index;
        return names;
    }

    @Test void a_heartbeat_looks_up_no_topic() {
        for (var name : manyTopics())
            topics.add(name, 1);
        var member = yard.join("a", manyTopics());
        yard.settle();
        var beat = member.beating().topicPartitions(null).build();
        assertEquals(0, lookupsOf(() -> yard.send(beat)));
    }

    @Test void a_topic_of_others_costs_a_thousand_groups_nothing() {
        topics.add("mine", 3).add("yours", 1);
        for (int group = 0; group < GROUPS; group++) {
            yard.send(ConsumerYard.joining("m", "mine").groupId("g" + group).build());
        }
        topics.grow("yours", 2);
        topics.add("new", 1);
        topics.remove("yours");
        assertEquals(0, lookupsOf(this::beatInAllGroups));

        topics.grow("mine", 4);
        assertTrue(lookupsOf(this::beatInAllGroups) >= GROUPS, "now it is their own");
    }

    private void beatInAllGroups() {
        for (int group = 0; group < GROUPS; group++) {
            yard.send(ConsumerGroupHeartbeatRequest.builder().groupId("g" + group).memberId("m")
                .memberEpoch(1).rebalanceTimeoutMs(-1).subscribedTopicNames(null)
                .topicPartitions(null).build());
        }
    }

    @Test void a_pattern_is_matched_with_what_has_changed() {
        topics.add("t1", 1);
        yard.join(ConsumerYard.joining("a").subscribedTopicRegex("t.*").build());
        yard.settle();
        var member = yard.member("a");
        var beat = member.beating().topicPartitions(null).build();
        topics.add("other", 1);
        assertEquals(0, lookupsOf(() -> yard.send(beat)));

        topics.add("t2", 1);
        yard.settle();
        assertEquals(new TreeSet<>(List.of("t1-0", "t2-0")), member.owned);
        topics.remove("t1");
        yard.settle();
        assertEquals(new TreeSet<>(List.of("t2-0")), member.owned);
    }

    @Test void an_application_does_not_look_at_topics_of_others() {
        var streams = new StreamsYard();
        streams.yard.topics.add("log", 3);
        var thread = streams.join("a", "p");
        streams.settle();
        var beat = thread.beating().build();
        streams.send(beat);
        streams.yard.topics.add("other", 1);
        int before = streams.yard.topics.lookups();
        streams.send(beat);
        assertEquals(before, streams.yard.topics.lookups());

        streams.yard.topics.remove("in");
        thread.beat();
        assertEquals(List.of(StreamsTopics.MISSING_SOURCE_TOPICS), thread.status);
        streams.yard.topics.add("in", 3);
        streams.settle();
        assertEquals(3, thread.active.size());
    }
}

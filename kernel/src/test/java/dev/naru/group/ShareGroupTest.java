package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.shard.Heard;
import dev.naru.wire.message.ShareGroupHeartbeatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Share groups: members, their share partitions, and how stored states go.
final class ShareGroupTest {
    private static final ShareRequest.Which ALL = new ShareRequest.Which.All();
    private static final ShareRequest.Which BEGUN = new ShareRequest.Which.Begun();
    private static final int MEMBERS_MAX = 10;

    private final Yard yard = new Yard();
    /// The share partitions with a stored state, as the other shards would have them.
    private final TreeSet<String> states = new TreeSet<>();

    @BeforeEach void has_a_topic() {
        yard.topics.add("in", 2);
    }

    private <A> A ask(Function<Heard<A>, ShareRequest> request) {
        var heard = yard.<A>heard();
        yard.host.submit(request.apply(heard));
        return heard.answer();
    }

    private ShareRequest.Heard beat(String member, int epoch, String... topics) {
        var message = ShareGroupHeartbeatRequest.builder().groupId(Yard.GROUP).memberId(member)
            .memberEpoch(epoch).subscribedTopicNames(epoch == 0 ? List.of(topics) : null).build();
        return this.<ShareRequest.Heard>ask(from -> new ShareRequest.Beat(message, "app",
            "/10.0.0.1", MEMBERS_MAX, from));
    }

    /// What a node does with a heartbeat of a new member.
    private ShareRequest.Heard join(String member) {
        var heard = beat(member, 0, "in");
        assertEquals(0, heard.response().errorCode());
        if (heard.isToClear()) {
            delete(forget(BEGUN));
            heard = beat(member, 0, "in");
        }
        store(heard.toInitialize());
        initialized(heard.toInitialize());
        return beat(member, 0, "in");
    }

    private void store(SortedMap<Uuid, ShareTopic> topics) {
        topics.forEach((topicId, topic) -> topic.partitions()
            .forEach(index -> states.add(topicId + "-" + index)));
    }

    private void initialized(SortedMap<Uuid, ShareTopic> topics) {
        this.<ErrorCode>ask(from -> new ShareRequest.Initialized(Yard.GROUP, topics, from));
    }

    private void leave(String member) {
        beat(member, -1);
    }

    private ShareRequest.ToDelete forget(ShareRequest.Which which) {
        return this.<ShareRequest.ToDelete>ask(
            from -> new ShareRequest.Forget(Yard.GROUP, which, from));
    }

    private void deleteStates(ShareRequest.ToDelete toDelete) {
        toDelete.topics().forEach((topicId, topic) -> topic.partitions()
            .forEach(index -> states.remove(topicId + "-" + index)));
    }

    private ErrorCode forgotten(ShareRequest.ToDelete toDelete) {
        return this.<ErrorCode>ask(from -> new ShareRequest.Forgotten(Yard.GROUP,
            List.copyOf(toDelete.topics().keySet()), from));
    }

    private void delete(ShareRequest.ToDelete toDelete) {
        deleteStates(toDelete);
        forgotten(toDelete);
    }

    private ErrorCode deleteGroup() {
        var heard = yard.<ErrorCode>heard();
        yard.host.submit(new GroupRequest.Delete(Yard.GROUP, heard));
        return heard.answer();
    }

    private ShareRequest.Seen look() {
        return this.<ShareRequest.Seen>ask(from -> new ShareRequest.Look(Yard.GROUP, from));
    }

    private static List<Integer> given(ShareRequest.Heard heard) {
        var all = new ArrayList<Integer>();
        var assignment = heard.response().assignment();
        assertNotNull(assignment);
        assignment.topicPartitions().forEach(topic -> all.addAll(topic.partitions()));
        return all;
    }

    @Test void a_member_is_given_share_partitions_once_they_have_a_stored_state() {
        var first = beat("a", 0, "in");
        assertEquals(List.of(), given(first));
        var missing = new ShareTopic("in", List.of(0, 1));
        assertEquals(missing, first.toInitialize().get(yard.topics.id("in")));
        initialized(first.toInitialize());
        var next = beat("a", first.response().memberEpoch());
        assertEquals(List.of(0, 1), given(next));
        assertTrue(next.toInitialize().isEmpty());
    }

    @Test void a_group_has_a_largest_size() {
        for (int number = 0; number < MEMBERS_MAX; number++)
            join("m" + number);

        assertEquals(ErrorCode.GROUP_MAX_SIZE_REACHED.code(),
            beat("one more", 0, "in").response().errorCode());
        assertEquals(0, beat("m0", 0, "in").response().errorCode());
    }

    @Test void a_heartbeat_that_changes_nothing_tells_nothing() {
        var joined = join("a");
        assertNull(beat("a", joined.response().memberEpoch()).response().assignment());
    }

    @Test void a_group_with_members_keeps_its_states() {
        join("a");
        assertEquals(ErrorCode.NON_EMPTY_GROUP, forget(ALL).error());
        assertEquals(ErrorCode.NON_EMPTY_GROUP, deleteGroup());
    }

    @Test void a_group_goes_after_its_states() {
        join("a");
        leave("a");
        assertEquals(ErrorCode.COORDINATOR_NOT_AVAILABLE, deleteGroup());
        delete(forget(ALL));
        assertEquals(new TreeSet<>(), states);
        assertEquals(ErrorCode.NONE, deleteGroup());
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND, look().error());
        yard.reload();
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND, look().error());
    }

    /// The steps of a deletion; a crash comes before the one with this number.
    private void deleteUntil(int crashBefore) {
        var toDelete = new ShareRequest.ToDelete(ErrorCode.NONE, new TreeMap<>());
        if (crashBefore > 0) toDelete = forget(ALL);
        if (crashBefore > 1) deleteStates(toDelete);
        if (crashBefore > 2) forgotten(toDelete);
        if (crashBefore > 3) deleteGroup();
        yard.reload();
    }

    @Test void whenever_a_deletion_is_cut_short_it_can_be_done_again() {
        for (int step = 0; step <= 3; step++) {
            join("a");
            leave("a");
            deleteUntil(step);
            delete(forget(ALL));
            assertEquals(new TreeSet<>(), states, "before step " + step);
            assertEquals(ErrorCode.NONE, deleteGroup(), "before step " + step);
        }
    }

    @Test void whenever_a_deletion_is_cut_short_members_come_back_to_states_that_are_there() {
        for (int step = 0; step <= 4; step++) {
            join("a");
            leave("a");
            deleteUntil(step);
            assertEquals(List.of(0, 1), given(join("b")), "before step " + step);
            assertEquals(2, states.size(), "before step " + step);
            leave("b");
            delete(forget(ALL));
            deleteGroup();
        }
    }

    @Test void one_at_a_time_deletes_and_an_attempt_that_got_lost_is_gone_on_with() {
        join("a");
        leave("a");
        var first = forget(ALL);
        assertEquals(ErrorCode.COORDINATOR_NOT_AVAILABLE, forget(ALL).error());
        assertFalse(beat("b", 0, "in").isToClear());
        assertTrue(beat("b", 0, "in").toInitialize().isEmpty());
        leave("b");
        yard.loop.passMs(30_000);
        assertEquals(first.topics(), forget(ALL).topics());
    }

    @Test void an_attempt_that_failed_makes_room_for_the_next() {
        join("a");
        leave("a");
        forget(ALL);
        this.<ErrorCode>ask(from -> new ShareRequest.Forgotten(Yard.GROUP, List.of(), from));
        delete(forget(ALL));
        assertEquals(new TreeSet<>(), states);
    }

    @Test void offsets_of_some_topics_are_deleted_alone() {
        yard.topics.add("other", 1);
        store(beat("a", 0, "in", "other").toInitialize());
        initialized(beat("a", 0, "in", "other").toInitialize());
        leave("a");
        var toDelete = forget(new ShareRequest.Which.Named(List.of("other", "unknown")));
        assertEquals(List.of(yard.topics.id("other")), List.copyOf(toDelete.topics().keySet()));
        delete(toDelete);
        assertEquals(List.of(yard.topics.id("in")), List.copyOf(look().initialized().keySet()));
    }

    private int epochOf(ShareRequest.Heard heard) {
        assertEquals(0, heard.response().errorCode());
        return heard.response().memberEpoch();
    }

    @Test void topics_are_looked_up_again_only_when_some_came_or_went() {
        int a = epochOf(join("a"));
        int b = epochOf(join("b"));
        a = epochOf(beat("a", a));
        int before = yard.topics.lookups();
        a = epochOf(beat("a", a));
        b = epochOf(beat("b", b));
        assertEquals(before, yard.topics.lookups());

        yard.topics.add("other", 1);
        assertEquals(a, epochOf(beat("a", a)));
        assertTrue(yard.topics.lookups() > before);
        before = yard.topics.lookups();
        assertEquals(b, epochOf(beat("b", b)));
        assertEquals(before, yard.topics.lookups());
    }

    @Test void new_partitions_are_to_be_initialized_until_they_are() {
        int a = epochOf(join("a"));
        yard.topics.grow("in", 3);
        var grown = new TreeMap<>(
            Map.of(yard.topics.id("in"), new ShareTopic("in", List.of(2))));
        var told = beat("a", a);
        assertEquals(grown, told.toInitialize());
        told = beat("a", epochOf(told));
        assertEquals(grown, told.toInitialize());
        initialized(told.toInitialize());
        told = beat("a", epochOf(told));
        assertTrue(told.toInitialize().isEmpty());
        assertEquals(List.of(0, 1, 2), given(told));
    }

    @Test void a_group_forgets_topics_that_are_gone() {
        join("a");
        var id = yard.topics.id("in");
        yard.topics.remove("in");
        var heard = yard.<Boolean>heard();
        yard.host.submit(new GroupRequest.TopicsDeleted(List.of("in"), heard));
        assertFalse(look().initialized().containsKey(id));
        leave("a");
        assertEquals(ErrorCode.NONE, deleteGroup());
    }

    @Test void a_group_forgets_topics_that_went_while_it_was_not_there() {
        join("a");
        leave("a");
        forget(ALL);
        yard.topics.remove("in");
        yard.reload();
        assertTrue(look().initialized().isEmpty());
        assertEquals(ErrorCode.NONE, deleteGroup());
    }

    @Test void a_topic_of_the_same_name_starts_over() {
        join("a");
        yard.topics.remove("in");
        yard.topics.add("in", 1);
        yard.reload();
        assertEquals(List.of(0), given(join("a")));
    }
}

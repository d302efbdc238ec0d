package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.ShareMemberAssignment;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberAssignment;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.clients.admin.StreamsGroupSubtopologyDescription;
import org.apache.kafka.clients.admin.StreamsGroupTopologyDescriptionStatus;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// Tables of share groups and streams groups look as scripts expect them.
class GroupTablesTest {
    private static final Node NODE = new Node(1, "127.0.0.1", 9092);
    private static final TopicPartition T0 = new TopicPartition("t", 0);

    private static ShareGroupDescription share() {
        var member = new ShareMemberDescription("member-1", Optional.empty(), "c1", "/127.0.0.1",
            new ShareMemberAssignment(Set.of(T0, new TopicPartition("t", 1))), 4);
        return new ShareGroupDescription("s1", List.of(member), GroupState.STABLE, NODE, 5, 5);
    }

    @Test void where_a_share_group_begins() {
        var offsets = Map.of(T0,
            new SharePartitionOffsetInfo(7, Optional.of(2), Optional.of(3L)));
        assertThat(KafkaShareGroups.offsets("s1", offsets, false)).isEqualTo("""
            GROUP           TOPIC           PARTITION  START-OFFSET  LAG
            s1              t               0          7             3
            """);
        assertThat(KafkaShareGroups.offsets("s1", offsets, true)).isEqualTo("""
            GROUP           TOPIC           PARTITION  LEADER-EPOCH  START-OFFSET  LAG
            s1              t               0          2             7             3
            """);
    }

    @Test void members_and_state_of_a_share_group() {
        assertThat(KafkaShareGroups.members(share(), false)).isEqualTo("""
            GROUP           CONSUMER-ID     HOST            CLIENT-ID       #PARTITIONS  ASSIGNMENT
            s1              member-1        /127.0.0.1      c1              2            t:0,1
            """);
        assertThat(KafkaShareGroups.state(share(), true)).isEqualTo("""
            GROUP           COORDINATOR (ID)          STATE           GROUP-EPOCH  \
            ASSIGNMENT-EPOCH  #MEMBERS
            s1              127.0.0.1:9092  (1)       Stable          5            \
            5                 1
            """);
    }

    private static StreamsGroupDescription streams() {
        var tasks = new StreamsGroupMemberAssignment(
            List.of(new StreamsGroupMemberAssignment.TaskIds("0", List.of(0, 1))),
            List.of(new StreamsGroupMemberAssignment.TaskIds("1", List.of(0))), List.of());
        var member = new StreamsGroupMemberDescription("m1", 3, Optional.empty(),
            Optional.empty(), "c1", "/127.0.0.1", 1, "p1", Optional.empty(), Map.of(), List.of(),
            List.of(), tasks, tasks, false);
        var topic = new StreamsGroupSubtopologyDescription.TopicInfo(1, 1, Map.of());
        var part = new StreamsGroupSubtopologyDescription("0", List.of("in", "a-repartition"),
            List.of("a-repartition"), Map.of("a-changelog", topic),
            Map.of("a-repartition", topic));
        return new StreamsGroupDescription("app", 2, 2, 1, List.of(part), List.of(member),
            GroupState.STABLE, NODE, Set.of(), Optional.empty(),
            StreamsGroupTopologyDescriptionStatus.NOT_REQUESTED, Optional.empty());
    }

    @Test void how_far_a_streams_group_is() {
        var lines = List.of(new GroupLag.Line(T0, OptionalLong.of(7), OptionalInt.of(2),
            OptionalLong.of(10), Optional.empty()));
        assertThat(KafkaStreamsGroups.offsets("app", lines, false)).isEqualTo("""
            GROUP           TOPIC           PARTITION  OFFSET-LAG
            app             t               0          3
            """);
        assertThat(KafkaStreamsGroups.offsets("app", lines, true).lines().toList()
            .getFirst().strip().split(" +", -1)).containsExactly("GROUP", "TOPIC", "PARTITION",
                "CURRENT-OFFSET", "LEADER-EPOCH", "LOG-END-OFFSET", "OFFSET-LAG");
    }

    @Test void tasks_of_a_member_of_a_streams_group() {
        assertThat(KafkaStreamsGroups.members(streams(), false)).isEqualTo("""
            GROUP           MEMBER          PROCESS         CLIENT-ID       ASSIGNMENTS
            app             m1              p1              c1              \
            ACTIVE: 0:[0,1]; STANDBY: 1:[0];\s
            """);
        assertThat(KafkaStreamsGroups.members(streams(), true))
            .contains("TARGET-ASSIGNMENT-EPOCH").contains("TARGET-ACTIVE: 0:[0,1]; ");
    }

    @Test void a_streams_group_has_topics_of_its_own() {
        var topics = StreamsTopics.of(streams());
        assertThat(topics.inputs()).containsExactly("in");
        assertThat(topics.internal()).containsExactly("a-changelog", "a-repartition");
    }

    private static GroupListing listing(String name, GroupType type, String protocol) {
        return new GroupListing(name, Optional.of(type), protocol, Optional.empty());
    }

    @Test void groups_of_all_kinds_are_told_apart() {
        var share = listing("s", GroupType.SHARE, "share");
        var connect = listing("c", GroupType.CLASSIC, "connect");
        var simple = listing("x", GroupType.CLASSIC, "");
        assertThat(GroupKind.of(share)).isEqualTo(GroupKind.SHARE);
        assertThat(Groups.readsTopics(connect)).isFalse();
        assertThat(Groups.readsTopics(simple)).isTrue();
        var consumers = KafkaGroups.filter(Screen.given(new KafkaGroups(), "--list --consumer"));
        assertThat(List.of(share, connect, simple).stream().filter(consumers)).containsExactly(
            simple);
        var byProtocol = KafkaGroups
            .filter(Screen.given(new KafkaGroups(), "--list --protocol connect"));
        assertThat(List.of(share, connect, simple).stream().filter(byProtocol)).containsExactly(
            connect);
        String heading = KafkaGroups.table(List.of(share)).lines().toList().getFirst();
        assertThat(heading.strip().split(" +", -1))
            .containsExactly("GROUP", "TYPE", "PROTOCOL");
        assertThatThrownBy(() -> KafkaGroups
            .filter(Screen.given(new KafkaGroups(), "--list --share --streams")))
            .isInstanceOf(Failed.class);
    }

    @Test void a_group_tool_takes_one_action_and_one_choice_of_groups() {
        assertThat(action("--describe --group g --members")).isEqualTo("--describe");
        assertThat(action("--list")).isEqualTo("--list");
        assertThatThrownBy(() -> action("--describe --group g --members --state"))
            .hasMessageContaining("at most one");
        assertThatThrownBy(() -> action("--delete --group g --all-groups"))
            .hasMessageContaining("either");
        assertThatThrownBy(() -> action("--delete --list")).hasMessageContaining("exactly one");
    }

    private static String action(String line) {
        return new KafkaGroupWork(GroupKind.SHARE, Screen.given(new KafkaShareGroups(), line),
            new Screen().terminal()).action();
    }
}

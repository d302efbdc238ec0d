package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// What scripts take apart looks as they expect.
class TablesTest {
    private static final Node NODE = new Node(1, "127.0.0.1", 9092);

    @Test void a_topic_and_its_partitions() {
        var partition = new TopicPartitionInfo(0, NODE, List.of(NODE), List.of(NODE), List.of(),
            List.of());
        var id = Uuid.fromString("5TKiIr4wQfClvyFEVb6uHA");
        var topic = new TopicDescription("x", false, List.of(partition), Set.of(), id);
        assertThat(KafkaTopicLines.topicLine(topic,
            List.of(new ConfigEntry("retention.ms", "1000"), new ConfigEntry("a", "b"))))
            .isEqualTo("Topic: x\tTopicId: 5TKiIr4wQfClvyFEVb6uHA\tPartitionCount: 1"
                + "\tReplicationFactor: 1\tConfigs: retention.ms=1000,a=b");
        assertThat(KafkaTopicLines.partitionLine("x", partition)).isEqualTo(
            "\tTopic: x\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \tLastKnownElr: ");
    }

    @Test void a_partition_without_leader_and_elr() {
        var partition = new TopicPartitionInfo(3, null, List.of(NODE, new Node(2, "b", 1)),
            List.of());
        assertThat(KafkaTopicLines.partitionLine("x", partition)).isEqualTo(
            "\tTopic: x\tPartition: 3\tLeader: none\tReplicas: 1,2\tIsr: \tElr: N/A"
                + "\tLastKnownElr: N/A");
    }

    private static ConsumerGroupDescription group(List<MemberDescription> members) {
        return new ConsumerGroupDescription("g1", false, members, "range", GroupType.CLASSIC,
            members.isEmpty() ? GroupState.EMPTY : GroupState.STABLE, NODE, Set.of(),
            Optional.empty(), Optional.empty());
    }

    private static KafkaGroupTables tables(String line) {
        return new KafkaGroupTables(Screen.given(new KafkaConsumerGroups(), line),
            new Screen().terminal());
    }

    @Test void offsets_of_a_group() {
        var member = new MemberDescription("consumer-1-abc", Optional.empty(), Optional.empty(),
            "c1", "/127.0.0.1",
            new MemberAssignment(Set.of(new TopicPartition("t", 0))), Optional.empty(),
            Optional.empty(), Optional.empty());
        var view = new GroupLag.View(group(List.of(member)), List.of(
            new GroupLag.Line(new TopicPartition("t", 0), OptionalLong.of(7), OptionalInt.empty(),
                OptionalLong.of(10), Optional.of(member)),
            new GroupLag.Line(new TopicPartition("t", 1), OptionalLong.empty(),
                OptionalInt.empty(), OptionalLong.of(5), Optional.empty())));
        assertThat(tables("--describe --group g1").offsets(view)).isEqualTo("""
            GROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  \
            LAG             CONSUMER-ID     HOST            CLIENT-ID
            g1              t               0          7               10              \
            3               consumer-1-abc  /127.0.0.1      c1
            g1              t               1          -               5               \
            -               -               -               -
            """);
        assertThat(view.lag()).isEqualTo(3);
        assertThat(view.lagByTopic()).containsEntry("t", 3L);
    }

    @Test void state_of_a_group() {
        assertThat(tables("--describe --group g1 --state").state(group(List.of()))).isEqualTo("""
            GROUP           COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                \
            #MEMBERS
            g1              127.0.0.1:9092  (1)       range                Empty                \
            0
            """);
    }

    @Test void partitions_of_a_member_are_gathered_by_topic() {
        assertThat(Groups.assignment(Set.of(new TopicPartition("b", 0),
            new TopicPartition("a", 10), new TopicPartition("a", 2)))).isEqualTo("a:2,10;b:0");
    }

    @Test void a_setting_with_its_synonyms() {
        assertThat(KafkaConfigs.line(new ConfigEntry("retention.ms", "1000")))
            .isEqualTo("  retention.ms=1000 sensitive=false synonyms={}");
    }

    @Test void a_request_with_its_versions() {
        assertThat(KafkaBrokerApiVersions.line(new ApiQuery.Range(2, "ListOffsets", 1, 11)))
            .startsWith("\tListOffsets(2): 1 to 11 [usable: ");
        assertThat(KafkaBrokerApiVersions.line(new ApiQuery.Range(999, "UNKNOWN", 0, 0)))
            .isEqualTo("\tUNKNOWN(999): 0");
        assertThat(ApiNames.of(22)).isEqualTo("InitProducerId");
    }

    @Test void metadata_levels_have_names() {
        assertThat(KafkaFeatures.level("metadata.version", (short) 7)).isEqualTo("3.3-IV3");
        assertThat(KafkaFeatures.level("metadata.version", (short) 33)).isEqualTo("4.4-IV2");
        assertThat(KafkaFeatures.level("group.version", (short) 1)).isEqualTo("1");
    }

    @Test void our_own_tables_align_and_turn_into_json() {
        var sheet = new Sheet("topic", "logEndOffset", "member").row("a", 5, "").row("bcd", 10,
            "m");
        assertThat(sheet.table()).isEqualTo("""
            TOPIC  LOG-END-OFFSET  MEMBER
            a                   5  -
            bcd                10  m
            """);
        assertThat(Json.compact(sheet.objects())).isEqualTo(
            "[{\"topic\":\"a\",\"logEndOffset\":5,\"member\":null},"
                + "{\"topic\":\"bcd\",\"logEndOffset\":10,\"member\":\"m\"}]");
    }

    @Test void a_plan_survives_its_file() {
        var plan = GroupMove.readPlan(List.of("t,0,5", "", "t,1,6"), List.of("g"));
        assertThat(GroupMove.writePlan("g", plan.getOrDefault("g", java.util.Map.of()), false))
            .isEqualTo("t,0,5\nt,1,6\n");
        var named = GroupMove.readPlan(List.of("g,t,0,5", "h,t,0,9"), List.of("g", "h"));
        assertThat(GroupMove.writePlan("h", named.getOrDefault("h", java.util.Map.of()), true))
            .isEqualTo("h,t,0,9\n");
    }
}

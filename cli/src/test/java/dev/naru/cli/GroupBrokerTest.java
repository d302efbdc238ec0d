package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.embedded.Naru;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.Subtopology;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.Topology;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescription;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionSubtopology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Kafka's tools for groups of the new protocols against a broker in this JVM: what they show of
/// living groups, and every way to move the offsets of groups at rest.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GroupBrokerTest {
    private static final long FIRST_MS = 1_700_000_000_000L;

    private final Naru naru = Naru.start(Map.of("group.streams.initial.rebalance.delay.ms", "0",
        "group.streams.assignment.interval.ms", "0", "group.consumer.assignment.interval.ms",
        "0"));
    private final String at = naru.bootstrapServers();
    private String topic = "";
    private String group = "";

    @BeforeEach void takes_another_topic_with_ten_records() {
        topic = "t-" + Storage.randomId();
        group = "g-" + Storage.randomId();
        run("topic", "create", topic, "-p", "2", "-b", at);
        try (var producer = new KafkaProducer<String, String>(Map.of("bootstrap.servers", at),
            new StringSerializer(), new StringSerializer())) {
            for (int each = 0; each < 10; each++) {
                producer.send(
                    new ProducerRecord<>(topic, 0, FIRST_MS + 1000L * each, null, "v" + each));
            }
        }
    }

    @AfterAll void stops_its_broker() {
        naru.close();
    }

    private static Screen screen(int code, String... args) {
        var screen = new Screen();
        assertThat(screen.run(args)).as(screen.err()).isEqualTo(code);
        return screen;
    }

    private static String run(String... args) {
        return screen(0, args).out();
    }

    private String[] tool(String name, String... more) {
        return Stream.concat(Stream.of(name, "--bootstrap-server", at, "--group", group),
            Stream.of(more)).toArray(String[]::new);
    }

    private String reset(String name, String... more) {
        return run(tool(name, Stream.concat(Stream.of("--reset-offsets"), Stream.of(more))
            .toArray(String[]::new)));
    }

    /// A row of a table that begins like this, with single blanks.
    private static List<String> rows(String table, String start) {
        var rows = new ArrayList<String>();
        table.lines().map(line -> line.strip().replaceAll(" +", " "))
            .filter(line -> line.startsWith(start)).forEach(rows::add);
        return rows;
    }

    private KafkaConsumer<String, String> member() {
        var consumer = new KafkaConsumer<String, String>(
            Map.of("bootstrap.servers", at, "group.id", group, "group.protocol", "consumer",
                "auto.offset.reset", "earliest", "enable.auto.commit", "false", "client.id", "me"),
            new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of(topic));
        int found = 0;
        while (found < 10)
            found += consumer.poll(Duration.ofMillis(100)).count();
        consumer.commitSync();
        return consumer;
    }

    @Test void a_living_consumer_group_is_shown_and_not_moved() {
        try (var member = member()) {
            assertThat(member.assignment()).hasSize(2);
            assertThat(run("kafka-consumer-groups", "--bootstrap-server", at, "--list", "--type",
                "consumer")).contains(group);
            assertThat(rows(run(tool("kafka-consumer-groups", "--describe")),
                group + " " + topic + " 0 10 10 0 ")).hasSize(1);
            var members = run(tool("kafka-consumer-groups", "--describe", "--members",
                "--verbose"));
            assertThat(members).contains("CURRENT-EPOCH").contains(topic + ":0,1");
            assertThat(rows(run(tool("kafka-consumer-groups", "--describe", "--state")), group))
                .singleElement().asString().contains("uniform").contains("Stable");
            assertThat(screen(1, tool("kafka-consumer-groups", "--reset-offsets", "--to-earliest",
                "--topic", topic, "--execute")).err()).contains("inactive").contains("Stable");
            assertThat(screen(1, tool("kafka-consumer-groups", "--delete")).err())
                .contains("could not be deleted");
        }
    }

    @Test void a_consumer_group_at_rest_is_moved_by_every_way(@TempDir Path directory)
        throws Exception {
        member().close();
        var tool = "kafka-consumer-groups";
        String row = group + " " + topic + " 0 ";
        var dry = reset(tool, "--to-earliest", "--topic", topic, "--dry-run");
        assertThat(dry).startsWith("\nGROUP ").contains("NEW-OFFSET\n");
        assertThat(rows(dry, group)).containsExactly(row + "0", group + " " + topic + " 1 0");
        assertThat(rows(run(tool(tool, "--describe")), row + "10 10 0")).hasSize(1);

        assertThat(move(tool, "--to-earliest")).isEqualTo("0");
        assertThat(move(tool, "--to-latest")).isEqualTo("10");
        assertThat(move(tool, "--to-offset", "4")).isEqualTo("4");
        assertThat(move(tool, "--shift-by", "3")).isEqualTo("7");
        assertThat(move(tool, "--shift-by", "-2")).isEqualTo("5");
        assertThat(move(tool, "--to-current")).isEqualTo("5");
        assertMovedToTimes(tool);

        var plan = reset(tool, "--to-offset", "8", "--topic", topic + ":0", "--export",
            "--dry-run");
        assertThat(plan).isEqualTo(topic + ",0,8\n\n");
        var file = Files.writeString(directory.resolve("plan.csv"), plan);
        reset(tool, "--from-file", file.toString(), "--execute");
        assertThat(rows(run(tool(tool, "--describe")), row + "8 10 2")).hasSize(1);
    }

    /// To a moment, from the time of a record on, and to so long ago.
    private void assertMovedToTimes(String tool) {
        assertThat(move(tool, "--to-datetime", Instant.ofEpochMilli(FIRST_MS + 2000).toString()
            .replace("Z", ".000Z"))).isEqualTo("2");
        assertThat(move(tool, "--to-datetime", Instant.ofEpochMilli(FIRST_MS + 2001).toString()))
            .isEqualTo("3");
        assertThat(move(tool, "--by-duration", "PT1S")).isEqualTo("10");
        long agoS = (System.currentTimeMillis() - FIRST_MS) / 1000 + 100;
        assertThat(move(tool, "--by-duration", "PT" + agoS + "S")).isEqualTo("0");
    }

    /// Where that is for the first partition, moved.
    private String move(String tool, String... how) {
        var scenario = Stream.concat(Stream.of(how),
            Stream.of("--topic", topic + ":0", "--execute")).toArray(String[]::new);
        var told = rows(reset(tool, scenario), group);
        assertThat(told).hasSize(1);
        var offset = told.getFirst().substring(told.getFirst().lastIndexOf(' ') + 1);
        assertThat(reset(tool, "--to-current", "--topic", topic + ":0", "--export", "--dry-run"))
            .isEqualTo(topic + ",0," + offset + "\n\n");
        return offset;
    }

    @Test void offsets_beyond_what_there_is_are_cut_with_a_word() {
        member().close();
        var far = screen(0, tool("kafka-consumer-groups", "--reset-offsets", "--to-offset", "99",
            "--topic", topic + ":0", "--execute"));
        assertThat(rows(far.out(), group)).containsExactly(group + " " + topic + " 0 10");
        assertThat(far.err()).isEqualTo("WARN: New offset (99) is higher than latest offset for"
            + " topic partition " + topic + "-0. Value will be set to 10\n");
        assertThat(screen(0, tool("kafka-consumer-groups", "--reset-offsets", "--shift-by",
            "-99", "--topic", topic + ":0", "--execute")).err())
            .contains("lower than earliest").contains("set to 0");
        assertThat(screen(0, tool("kafka-consumer-groups", "--reset-offsets", "--to-datetime",
            "2035-01-01T00:00:00.000", "--topic", topic + ":1", "--execute")).err())
            .contains("Partition 1 from topic " + topic + " is empty");
    }

    @Test void ways_that_contradict_each_other_are_refused() {
        screen(2, tool("kafka-consumer-groups", "--reset-offsets", "--topic", topic));
        screen(2, tool("kafka-consumer-groups", "--reset-offsets", "--to-earliest"));
        screen(2, tool("kafka-consumer-groups", "--reset-offsets", "--to-earliest", "--to-latest",
            "--topic", topic));
        screen(2, tool("kafka-consumer-groups", "--reset-offsets", "--to-earliest", "--topic",
            topic, "--execute", "--dry-run"));
        screen(2, tool("kafka-consumer-groups", "--describe", "--list"));
    }

    private StreamsGroupHeartbeatRequest.Builder heartbeat(int epoch) {
        return StreamsGroupHeartbeatRequest.builder().groupId(group).memberId("thread-1")
            .memberEpoch(epoch).rebalanceTimeoutMs(-1);
    }

    private int joinStreams(RawBroker broker) throws Exception {
        var topology = Topology.builder().epoch(3).subtopologies(List.of(Subtopology.builder()
            .subtopologyId("0").sourceTopics(List.of(topic)).build())).build();
        var joined = broker.heartbeat(heartbeat(0).rebalanceTimeoutMs(60_000).processId("p")
            .topology(topology).activeTasks(List.of()).standbyTasks(List.of())
            .warmupTasks(List.of()).clientTags(List.of()).build());
        assertThat(joined.errorCode()).isZero();
        return joined.memberEpoch();
    }

    @Test void a_streams_group_is_shown_moved_and_deleted(@TempDir Path directory)
        throws Exception {
        var tool = "kafka-streams-groups";
        try (var broker = new RawBroker(at)) {
            int epoch = joinStreams(broker);
            assertThat(run(tool, "--bootstrap-server", at, "--list", "--state"))
                .containsPattern(group + " +Stable");
            assertThat(rows(run(tool(tool, "--describe", "--state", "--verbose")), group))
                .singleElement().asString().contains(" Stable " + epoch + " " + epoch + " 1");
            var members = rows(run(tool(tool, "--describe", "--members", "--verbose")), group);
            assertThat(members).singleElement().asString()
                .contains("thread-1 streams " + epoch + " p")
                .contains("ACTIVE: 0:[0,1]; TARGET-ACTIVE: 0:[0,1];");
            assertThat(screen(1, tool(tool, "--reset-offsets", "--to-earliest", "--execute",
                "--all-input-topics")).err()).contains("inactive");
            assertThat(broker.heartbeat(heartbeat(-1).build()).errorCode()).isZero();
        }
        assertThat(rows(reset(tool, "--to-offset", "6", "--input-topic", topic + ":0",
            "--execute"), group)).containsExactly(group + " " + topic + " 0 6");
        assertThat(rows(run(tool(tool, "--describe", "--offsets", "--verbose")), group))
            .containsExactly(group + " " + topic + " 0 6 - 10 4");
        assertThat(move(tool, "--shift-by", "2")).isEqualTo("8");
        assertThat(move(tool, "--to-earliest")).isEqualTo("0");
        assertThat(rows(reset(tool, "--to-latest", "--all-input-topics", "--execute"), group))
            .containsExactly(group + " " + topic + " 0 10", group + " " + topic + " 1 0");
        var plan = reset(tool, "--to-current", "--all-input-topics", "--export", "--dry-run");
        assertThat(plan).isEqualTo(topic + ",0,10\n" + topic + ",1,0\n\n");
        var file = Files.writeString(directory.resolve("plan.csv"), plan.replace(",10", ",3"));
        assertThat(rows(reset(tool, "--from-file", file.toString(), "--execute"), group))
            .contains(group + " " + topic + " 0 3");
        assertThat(run(tool(tool, "--delete-offsets", "--input-topic", topic + ":1")))
            .contains("Successful");
        assertThat(run(tool(tool, "--delete"))).contains("was successful");
        assertThat(run(tool, "--bootstrap-server", at, "--list")).doesNotContain(group);
    }

    @Test void a_streams_group_at_rest_is_moved_to_a_time() throws Exception {
        var tool = "kafka-streams-groups";
        try (var broker = new RawBroker(at)) {
            joinStreams(broker);
            assertThat(broker.heartbeat(heartbeat(-1).build()).errorCode()).isZero();
        }
        reset(tool, "--to-latest", "--all-input-topics", "--execute");
        assertMovedToTimes(tool);
        String when = Instant.ofEpochMilli(FIRST_MS + 7000).toString();
        var dry = reset(tool, "--to-datetime", when, "--all-input-topics", "--dry-run");
        assertThat(rows(dry, group)).containsExactly(group + " " + topic + " 0 7",
            group + " " + topic + " 1 0");
        assertThat(rows(run(tool(tool, "--describe", "--offsets")), group + " " + topic + " 0"))
            .singleElement().asString().endsWith(" 10");
        reset(tool, "--by-duration", "P1D", "--all-input-topics", "--execute");
        assertThat(rows(run(tool(tool, "--describe", "--offsets")), group + " " + topic + " 0"))
            .singleElement().asString().endsWith(" 0");
        screen(2, tool(tool, "--reset-offsets", "--to-datetime", "yesterday",
            "--all-input-topics"));
        screen(2, tool(tool, "--reset-offsets", "--by-duration", "1 day", "--all-input-topics"));
    }

    private static TopologyDescriptionNode node(String name, int type) {
        return TopologyDescriptionNode.builder().name(name).nodeType((byte) type)
            .sourceTopics(List.of("in")).sinkTopic("out").stores(List.of("table")).build();
    }

    @Test void a_streams_application_is_drawn_once_a_thread_has_described_it() throws Exception {
        String[] line = tool("kafka-streams-groups", "--describe", "--topology");
        try (var broker = new RawBroker(at)) {
            int epoch = joinStreams(broker);
            assertThat(screen(1, line).err()).contains("No topology description is stored");
            var nodes = List.of(
                node("read", 1).toBuilder().successors(List.of("count")).build(),
                node("count", 2).toBuilder().successors(List.of("write")).build(),
                node("write", 3));
            assertThat(broker.describe(StreamsGroupTopologyDescriptionUpdateRequest.builder()
                .groupId(group).memberId("thread-1").topologyEpoch(3)
                .topologyDescription(TopologyDescription.builder().subtopologies(List.of(
                    TopologyDescriptionSubtopology.builder().subtopologyId("0").nodes(nodes)
                        .build()))
                    .build())
                .build())).isZero();
            assertThat(epoch).isPositive();
        }
        assertThat(run(line)).isEqualTo("""
            Topologies:
               Sub-topology: 0
                Source: read (topics: [in])
                  --> count
                Processor: count (stores: [table])
                  --> write
                  <-- read
                Sink: write (topic: out)
                  <-- count
            """);
    }
}

package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
    static Stream<String> commands() {
        return Stream.concat(Catalogue.names().stream(), Catalogue.kafkaNames().stream()
            .filter(name -> !name.equals("kafka-storage")));
    }

    @ParameterizedTest
    @MethodSource("commands") void each_command_explains_itself(String name) {
        var screen = new Screen();
        assertThat(screen.run((name + " --help").split(" ", -1))).isZero();
        assertThat(screen.out()).contains("Usage: ").contains("--help");
        assertThat(screen.err()).isEmpty();
    }

    @Test void a_tool_is_known_with_its_suffix_too() {
        var screen = new Screen();
        assertThat(screen.run("kafka-topics.sh", "--help")).isZero();
        assertThat(screen.run("kafka-topics", "--version")).isZero();
        assertThat(screen.out()).contains(Version.KAFKA);
    }

    @Test void a_mistyped_command_is_told_apart() {
        var screen = new Screen();
        assertThat(screen.run("topic", "lst")).isEqualTo(2);
        assertThat(screen.err()).isEqualTo("naru: there is no command 'topic lst', did you mean"
            + " 'topic list'?; see naru help\n");
    }

    @Test void wrong_usage_is_one_line_and_exits_with_two() {
        var screen = new Screen();
        assertThat(screen.run("kafka-topics", "--nonsense")).isEqualTo(2);
        assertThat(screen.run("kafka-topics", "--list")).isEqualTo(2);
        assertThat(screen.run("topic", "create")).isEqualTo(2);
        assertThat(screen.run("consume", "t", "-o", "soon")).isEqualTo(2);
        assertThat(screen.err().lines()).hasSize(4).allMatch(line -> line.contains(": "));
        assertThat(screen.out()).isEmpty();
    }

    @Test void nobody_listening_is_one_line_and_exits_with_one() throws Exception {
        int port;
        try (var socket = new java.net.ServerSocket(0, 1,
            java.net.InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var screen = new Screen();
        assertThat(screen.run("topic", "list", "-b", "127.0.0.1:" + port)).isEqualTo(1);
        assertThat(screen.err()).startsWith("naru topic list: cannot reach a broker at 127.0.0.1:")
            .endsWith("--bootstrap-server\n");
    }

    @Test void a_group_and_a_partition_exclude_each_other() {
        var screen = new Screen();
        assertThat(screen.run("consume", "t", "-g", "g", "-p", "0")).isEqualTo(2);
        assertThat(screen.run("consume", "t", "-o", "stored")).isEqualTo(2);
        assertThat(screen.run("consume", "t", "-g", "g", "-o", "+2")).isEqualTo(2);
    }

    @Test void several_offsets_make_a_range() {
        var plan = Consume.plan(Screen.given(new Consume(),
            "t -o s@1700000000000 -o e@1700000000009 -e -n 3 -p 1,2"));
        assertThat(plan.range().from()).isEqualTo(new Place.Time(1_700_000_000_000L));
        assertThat(plan.range().until()).contains(new Place.Time(1_700_000_000_009L));
        assertThat(plan.partitions()).containsExactly(1, 2);
        assertThat(plan.recordsMax()).isEqualTo(3);
        assertThat(plan.exitAtEnd()).isTrue();
    }

    @Test void a_directory_is_formatted_once(@TempDir Path directory) throws Exception {
        String data = directory.resolve("d").toString();
        var screen = new Screen();
        assertThat(screen.run("storage", "random-uuid")).isZero();
        String id = screen.out().strip();
        Path config = Files.writeString(directory.resolve("server.properties"),
            "node.id=7\nlog.dirs=" + data + "\n");
        String[] line = {"kafka-storage", "format", "--config", config.toString(), "--cluster-id",
                id, "--standalone"};
        assertThat(screen.run(line)).isZero();
        assertThat(Files.readAllLines(Path.of(data, "meta.properties"))).contains("version=1",
            "cluster.id=" + id, "node.id=7").anyMatch(entry -> entry.startsWith("directory.id="));
        assertThat(screen.run(line)).isEqualTo(1);
        assertThat(screen.run("storage", "format", "--data", data, "-t", id, "-g")).isZero();
        assertThat(screen.run("storage", "info", "--data", data)).isZero();
        assertThat(screen.out()).contains("node.id=7");
        assertThat(screen.run("storage", "format", "--data", data, "-t", "abc")).isEqualTo(2);
        String other = Storage.randomId();
        assertThat(screen.run("storage", "format", "--data", data, "-t", other, "-g"))
            .isEqualTo(1);
    }

    private static int format(Screen screen, Path data, String... more) {
        var words = new ArrayList<>(List.of("storage", "format", "--data", data.toString(), "-t",
            "AAAAAAAAAAAAAAAAAAAAAQ", "--node-id", "2"));
        words.addAll(List.of(more));
        return screen.run(words.toArray(String[]::new));
    }

    @Test void a_directory_is_formatted_for_those_who_agree_first(@TempDir Path directory)
        throws Exception {
        var screen = new Screen();
        var data = directory.resolve("d");
        var all = "1@a:9:AAAAAAAAAAAAAAAAAAAABA,2@b:9:AAAAAAAAAAAAAAAAAAAABQ";
        assertThat(format(screen, data, "-I", "1@a:9:AAAAAAAAAAAAAAAAAAAABA")).isEqualTo(2);
        assertThat(format(screen, data, "-I", "2@a:9")).isEqualTo(2);
        assertThat(format(screen, data, "-I", all + ",1@c:9:AAAAAAAAAAAAAAAAAAAABg"))
            .isEqualTo(2);
        assertThat(screen.err()).contains("does not name this node, 2", "not '2@a:9'",
            "names node 1 twice");
        assertThat(format(screen, data, "-N")).isZero();
        assertThat(data).doesNotExist();
        assertThat(format(screen, data, "-I", all)).isZero();
        assertThat(Files.readAllLines(data.resolve("meta.properties"))).contains("node.id=2",
            "directory.id=AAAAAAAAAAAAAAAAAAAABQ",
            "naru.initial.controllers=" + all.replace(":", "\\:"));
    }

    @Test void offsets_to_delete_are_read_from_json() {
        var asked = KafkaDeleteRecords.parse("f", Json.parse("f",
            "{\"partitions\":[{\"topic\":\"t\",\"partition\":1,\"offset\":-1}],\"version\":1}"));
        assertThat(asked.keySet()).hasToString("[t-1]");
        var screen = new Screen();
        assertThat(screen.run("kafka-delete-records", "--bootstrap-server", "a:1",
            "--offset-json-file", "/nowhere.json")).isEqualTo(1);
        assertThat(screen.err())
            .isEqualTo("ERROR: cannot read /nowhere.json: there is no file /nowhere.json\n");
    }

    @Test void replicas_are_spread_over_racks_and_leaders_over_nodes() {
        var spread = ReplicaSpread.over(Map.of(1, "a", 2, "a", 3, "b", 4, "b"));
        assertThat(spread.ring()).containsExactly(1, 3, 2, 4);
        var current = new TreeMap<TopicPartition, List<Integer>>(Order.BY_PARTITION);
        current.put(new TopicPartition("t", 0), List.of(1, 2));
        current.put(new TopicPartition("t", 1), List.of(1, 2));
        var moved = spread.spread(new Assignment(current));
        assertThat(moved.replicas().values()).containsExactly(List.of(1, 3), List.of(3, 2));
        assertThat(moved.json()).startsWith("{\"version\":1,\"partitions\":[{\"topic\":\"t\","
            + "\"partition\":0,\"replicas\":[1,3],\"log_dirs\":[\"any\",\"any\"]}");
    }

    @Test void a_move_says_what_it_does_and_a_plan_is_whole(@TempDir Path directory)
        throws Exception {
        var screen = new Screen();
        assertThat(screen.run("kafka-reassign-partitions", "--bootstrap-server", "a:1"))
            .isEqualTo(2);
        assertThat(screen.err()).contains("say one of --generate, --execute");
        Path plan = directory.resolve("plan.json");
        Files.writeString(plan, "{\"partitions\":[{\"topic\":\"t\",\"partition\":0}]}");
        assertThatThrownBy(() -> Assignment.read(plan.toString()))
            .hasMessageContaining("is not like");
        var election = new Screen();
        assertThat(election.run("kafka-leader-election", "--bootstrap-server", "a:1",
            "--election-type", "best", "--all-topic-partitions")).isEqualTo(2);
        assertThat(election.err()).contains("PREFERRED or UNCLEAN, not 'best'");
    }

    @Test void the_version_is_that_of_the_build() throws Exception {
        var screen = new Screen();
        assertThat(screen.run("version", "--json")).isZero();
        assertThat(screen.out()).contains("\"version\":\"" + Version.NARU + "\"");
        assertThat(Files.readString(Path.of("pom.xml")))
            .contains("<version>" + Version.NARU + "</version>");
    }
}

package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.embedded.Naru;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The commands against a broker in this JVM, or against the one that the system property
/// `naru.test.bootstrap` names.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokerTest {
    private final String given = System.getProperty("naru.test.bootstrap", "");
    private final Optional<Naru> naru = given.isEmpty()
        ? Optional.of(Naru.start(Map.of("transaction.state.log.num.partitions", "2")))
        : Optional.empty();
    private final String at = naru.map(Naru::bootstrapServers).orElse(given);
    private String topic = "";

    @BeforeEach void takes_another_topic() {
        topic = "cli-" + Storage.randomId();
    }

    @AfterAll void stops_its_broker() {
        naru.ifPresent(Naru::close);
    }

    private static String run(String input, String... args) {
        var screen = new Screen(input);
        assertThat(screen.run(args)).as(screen.err()).isZero();
        return screen.out();
    }

    @Test void records_go_in_and_come_out_under_kafkas_names() {
        assertThat(run("", "kafka-topics", "--create", "--bootstrap-server", at,
            "--replication-factor", "1", "--partitions", "3", "--topic", topic))
            .isEqualTo("Created topic " + topic + ".\n");
        assertThat(run("", "kafka-topics", "--list", "--bootstrap-server", at)).contains(topic);
        assertThat(run("", "kafka-topics", "--describe", "--bootstrap-server", at, "--topic",
            topic).lines()).hasSize(4).first().asString().contains("PartitionCount: 3");
        run("a\nb\nc\n", "kafka-console-producer", "--broker-list", at, "--topic", topic);
        assertThat(run("", "kafka-console-consumer", "--bootstrap-server", at, "--topic", topic,
            "--from-beginning", "--max-messages", "3").lines()).containsExactlyInAnyOrder("a", "b",
                "c");
    }

    @Test void replicas_move_and_leaders_are_elected_under_kafkas_names(@TempDir Path files)
        throws Exception {
        run("", "topic", "create", topic, "-p", "2", "-b", at);
        var topics = Files.writeString(files.resolve("topics.json"),
            "{\"version\":1,\"topics\":[{\"topic\":\"" + topic + "\"}]}");
        var proposed = run("", "kafka-reassign-partitions", "--bootstrap-server", at,
            "--generate", "--topics-to-move-json-file", topics.toString(), "--broker-list", "1");
        var plan = Files.writeString(files.resolve("plan.json"),
            proposed.lines().toList().getLast()).toString();
        assertThat(run("", "kafka-reassign-partitions", "--bootstrap-server", at, "--execute",
            "--throttle", "1000000", "--reassignment-json-file", plan))
            .contains("The inter-broker throttle limit was set to 1000000 B/s")
            .endsWith("Successfully started partition reassignments for " + topic + "-0," + topic
                + "-1\n");
        assertThat(run("", "kafka-reassign-partitions", "--bootstrap-server", at, "--list"))
            .isEqualTo("No partition reassignments found.\n");
        assertThat(run("", "kafka-reassign-partitions", "--bootstrap-server", at, "--verify",
            "--reassignment-json-file", plan))
            .contains("Reassignment of partition " + topic + "-1 is completed.")
            .endsWith("Clearing topic-level throttles on topic " + topic + "\n");
        assertThat(run("", "kafka-reassign-partitions", "--bootstrap-server", at, "--cancel",
            "--preserve-throttles", "--reassignment-json-file", plan))
            .isEqualTo("None of the specified partition reassignments are active.\n");
        assertThat(run("", "kafka-leader-election", "--bootstrap-server", at, "--election-type",
            "preferred", "--topic", topic, "--partition", "1"))
            .isEqualTo("Valid replica already elected for partitions " + topic + "-1\n");
        assertThat(run("", "kafka-leader-election", "--bootstrap-server", at, "--election-type",
            "unclean", "--all-topic-partitions")).isEmpty();
    }

    @Test void records_go_in_and_come_out_under_our_names() {
        run("", "topic", "create", topic, "-p", "2", "-b", at);
        run("k1:v1\nk2:v2\n", "produce", topic, "-K:", "-p", "1", "-H", "h=x", "-b", at);
        assertThat(run("", "consume", topic, "-e", "-f", "%p %o %k %v %h\\n", "-b", at))
            .isEqualTo("1 0 k1 v1 h=x\n1 1 k2 v2 h=x\n");
        assertThat(run("", "consume", topic, "-o", "-1", "-p", "1", "-e", "-J", "-b", at))
            .contains("\"key\":\"k2\"");
    }

    @Test void a_group_commits_lags_and_is_moved() {
        run("", "topic", "create", topic, "-b", at);
        run("1\n2\n3\n", "produce", topic, "-b", at);
        assertThat(run("", "consume", topic, "-g", topic, "-n", "2", "-b", at)).isEqualTo("1\n2\n");
        assertThat(run("", "group", "describe", topic, "--json", "-b", at))
            .contains("\"committedOffset\" : 2").contains("\"lag\" : 1");
        run("", "group", "reset-offsets", topic, "--to", "start", "-b", at);
        assertThat(run("", "consume", topic, "-g", topic, "-n", "1", "-b", at)).isEqualTo("3\n");
        run("", "group", "reset-offsets", topic, "--to", "start", "--execute", "-b", at);
        assertThat(run("", "consume", topic, "-g", topic, "-e", "-b", at))
            .isEqualTo("1\n2\n3\n");
        run("", "group", "delete", topic, "-b", at);
        run("", "topic", "delete", topic, "-b", at);
    }

    @Test void a_plan_is_exported_edited_and_executed(@TempDir Path directory) throws Exception {
        run("", "topic", "create", topic, "-p", "2", "-b", at);
        run("1\n2\n3\n", "produce", topic, "-p", "0", "-b", at);
        run("4\n", "produce", topic, "-p", "1", "-b", at);
        run("", "consume", topic, "-g", topic, "-e", "-b", at);
        assertThat(run("", "group", "reset-offsets", topic, "--shift-by", "-2", "-t",
            topic + ":0", "--export", "-b", at)).isEqualTo(topic + ",0,1\n");
        String[] kafka = {"kafka-consumer-groups", "--bootstrap-server", at, "--group", topic};
        String plan = run("", with(kafka, "--reset-offsets", "--to-current", "--all-topics",
            "--export", "--dry-run"));
        assertThat(plan).isEqualTo(topic + ",0,3\n" + topic + ",1,1\n\n");
        Path file = Files.writeString(directory.resolve("plan.csv"), plan.replace(",0,3", ",0,2"));
        run("", with(kafka, "--reset-offsets", "--from-file", file.toString(), "--execute"));
        assertThat(run("", with(kafka, "--describe")))
            .containsPattern(topic + " +0 +2 +3 +1 ").containsPattern(topic + " +1 +1 +1 +0 ");
        assertThat(run("", with(kafka, "--delete-offsets", "--topic", topic + ":1")))
            .contains("Successful");
        assertThat(run("", with(kafka, "--describe"))).doesNotContain(" 1          1 ");
        assertThat(run("", "group", "list", "--type", "classic,consumer", "--lag", "-b", at))
            .containsPattern(topic + " +\\w+ +Empty +1");
        assertThat(run("", "kafka-groups", "--list", "--consumer", "--bootstrap-server", at))
            .contains(topic);
        assertThat(run("", with(kafka, "--delete"))).contains("was successful");
    }

    private static String[] with(String[] line, String... more) {
        return java.util.stream.Stream.concat(java.util.Arrays.stream(line),
            java.util.Arrays.stream(more)).toArray(String[]::new);
    }

    @Test void a_transaction_is_seen_from_all_sides_and_terminated() {
        run("", "topic", "create", topic, "-b", at);
        try (var producer = new KafkaProducer<String, String>(
            Map.of("bootstrap.servers", at, "transactional.id", topic), new StringSerializer(),
            new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "v"));
            producer.flush();
            assertThat(run("", "txn", "list", topic, "--state", "ongoing", "-b", at))
                .contains(topic).contains("Ongoing");
            assertThat(run("", "txn", "describe", topic, "--json", "-b", at))
                .contains("\"" + topic + "-0\"").contains("\"state\" : \"Ongoing\"");
            assertThat(run("", "txn", "producers", topic, "--json", "-b", at))
                .contains("\"transactionStartOffset\" : 0");
            String[] kafka = {"kafka-transactions", "--bootstrap-server", at};
            assertThat(run("", with(kafka, "list"))).contains("TransactionalId").contains(topic);
            assertThat(run("", with(kafka, "describe", "--transactional-id", topic)))
                .contains(topic + "-0");
            assertThat(run("", with(kafka, "describe-producers", "--topic", topic,
                "--partition", "0")).lines()).hasSize(2);
            assertThat(run("", with(kafka, "find-hanging", "--topic", topic)).lines())
                .as("it is young, and its coordinator knows it").hasSize(1);
            assertThat(run("", "txn", "abort", topic, "-p", "0", "-o", "0", "--dry-run", "-b",
                at)).contains("false");
            run("", with(kafka, "forceTerminateTransaction", "--transactional-id", topic));
        }
        assertThat(run("", "consume", topic, "-e", "-X", "isolation.level=read_committed", "-b",
            at)).isEmpty();
    }

    @Test void an_open_transaction_is_aborted_by_where_it_begins() {
        run("", "topic", "create", topic, "-b", at);
        try (var producer = new KafkaProducer<String, String>(
            Map.of("bootstrap.servers", at, "transactional.id", topic), new StringSerializer(),
            new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "v"));
            producer.flush();
            assertThat(run("", "txn", "abort", topic, "-p", "0", "-o", "0", "-b", at))
                .contains("true");
            assertThat(run("", "txn", "producers", topic, "--json", "-b", at))
                .contains("\"transactionStartOffset\" : null");
        }
    }
}

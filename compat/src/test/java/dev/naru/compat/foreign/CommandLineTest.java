package dev.naru.compat.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Child;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The lines that people type, each in a process of its own, as they type them.
@ExtendWith(SharedBroker.class)
class CommandLineTest {
    private static final Path HERE = Path.of(".");

    private final Broker broker;
    private final Clients clients;

    CommandLineTest(Broker broker) {
        this.broker = broker;
        this.clients = new Clients(broker);
    }

    private List<String> command(String line) {
        var words = List
            .of(line.replace("localhost:9092", "localhost:" + broker.port()).split(" ", -1));
        return Tool.naru(words.getFirst(), words.subList(1, words.size()));
    }

    private Tool.Ran run(String line) {
        return Tool.run(HERE, "", command(line));
    }

    private String said(String line) {
        var ran = run(line);
        assertThat(ran.code()).as(ran.output()).isZero();
        return ran.output();
    }

    @Test void the_lines_of_a_first_hour_with_kafka_work() {
        String topic = "kinaction_helloworld";
        assertThat(
            said("kafka-topics --create --bootstrap-server localhost:9092 --replication-factor 1"
                + " --partitions 3 --topic kinaction_helloworld"))
            .contains(topic);
        assertThat(said("kafka-topics --list --bootstrap-server localhost:9092").lines())
            .contains(topic);
        assertThat(said("kafka-topics --describe --bootstrap-server localhost:9092 --topic"
            + " kinaction_helloworld")).contains("PartitionCount: 3")
            .contains("ReplicationFactor: 1")
            .contains("Partition: 2");
        var produced = Tool.run(HERE, "hello world\nhello again\n", command(
            "kafka-console-producer --broker-list localhost:9092 --topic kinaction_helloworld"));
        assertThat(produced.code()).as(produced.output()).isZero();
        assertThat(Clients.values(clients.everythingIn(topic)))
            .containsExactlyInAnyOrder("hello world", "hello again");
        try (var consumer = Child
            .start(command("kafka-console-consumer --bootstrap-server localhost:9092"
                + " --topic kinaction_helloworld --from-beginning"), Map.of(), HERE)) {
            consumer.await(Pattern.compile("(?m)^hello world$"));
            consumer.await(Pattern.compile("(?m)^hello again$"));
            clients.send(topic, 1, List.of("and one more"));
            consumer.await(Pattern.compile("(?m)^and one more$"));
            consumer.process().destroy();
            consumer.exitCode();
        }
    }

    @Test void groups_offsets_and_settings_are_shown() {
        String topic = clients.topic(1);
        String group = Clients.name("group");
        clients.send(topic, 0, List.of("a", "b", "c"));
        said("kafka-console-consumer --bootstrap-server localhost:9092 --topic " + topic
            + " --from-beginning --max-messages 2 --group " + group);
        assertThat(said("kafka-consumer-groups --bootstrap-server localhost:9092 --list").lines())
            .contains(group);
        assertThat(said(
            "kafka-consumer-groups --bootstrap-server localhost:9092 --describe --group " + group))
            .containsPattern(topic + "\\s+0\\s+2\\s+3\\s+1");
        assertThat(
            said("kafka-get-offsets --bootstrap-server localhost:9092 --topic " + topic).lines())
            .contains(topic + ":0:3");
        said("kafka-configs --bootstrap-server localhost:9092 --alter --entity-type topics"
            + " --entity-name " + topic + " --add-config retention.ms=12345");
        assertThat(
            said("kafka-configs --bootstrap-server localhost:9092 --describe --entity-type topics"
                + " --entity-name " + topic))
            .contains("retention.ms=12345");
    }

    @Test void the_broker_tells_its_versions_and_directories() {
        assertThat(said("kafka-broker-api-versions --bootstrap-server localhost:9092"))
            .contains("Produce(0): 0 to 13").contains("Fetch(1): 4 to 18");
        assertThat(said("kafka-log-dirs --bootstrap-server localhost:9092 --describe"))
            .contains("\"partitions\"");
        assertThat(said("kafka-storage random-uuid").strip()).hasSize(22);
    }

    @Test void a_topic_is_deleted() {
        String topic = clients.topic(1);
        said("kafka-topics --delete --bootstrap-server localhost:9092 --topic " + topic);
        assertThat(said("kafka-topics --list --bootstrap-server localhost:9092").lines())
            .doesNotContain(topic);
    }

    @Test void what_fails_says_so_in_a_line_and_by_its_exit_code() {
        var ran = run(
            "kafka-topics --describe --bootstrap-server localhost:9092 --topic not-there");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("not-there").doesNotContain("\tat ");
    }
}

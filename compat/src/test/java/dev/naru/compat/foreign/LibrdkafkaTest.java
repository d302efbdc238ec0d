package dev.naru.compat.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Transactions of librdkafka, the library that kcat brings along, called by a script of Python's.
@ExtendWith(SharedBroker.class)
class LibrdkafkaTest {
    private static final String LIBRARY = "librdkafka.so.1";
    private static final int COUNT = 60;

    private final Broker broker;
    private final Clients clients;
    private final String name = Clients.name("librdkafka");

    @TempDir
    Path directory;

    LibrdkafkaTest(Broker broker) {
        this.broker = broker;
        this.clients = new Clients(broker);
    }

    @BeforeAll static void librdkafkaIsHere() {
        assumeTrue(Tool.find("python3").isPresent(), "python3 is not installed");
        var loaded = Tool.run(Path.of("."), "",
            List.of("python3", "-c", "import ctypes; ctypes.CDLL('" + LIBRARY + "')"));
        assumeTrue(loaded.code() == 0, LIBRARY + " is not installed");
    }

    private List<String> committedIn(String topic) {
        try (var consumer = clients.consumer(Map.of("isolation.level", "read_committed"))) {
            var partitions = consumer.partitionsFor(topic).stream()
                .map(each -> new TopicPartition(topic, each.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var found = new ArrayList<String>();
            Clients.eventually("the end of " + topic, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(each -> found.add(each.value()));
                return partitions.stream().allMatch(at -> consumer.position(at) >= ends.get(at));
            });
            return found;
        }
    }

    @Test void librdkafka_runs_a_chain_in_transactions_and_fences() throws Exception {
        try (var admin = clients.admin()) {
            Clients.got(admin.createTopics(List.of(new NewTopic(name + "-in", 2, (short) 1),
                new NewTopic(name + "-out", 2, (short) 1))).all());
        }
        var script = directory.resolve("probe.py");
        try (var from = LibrdkafkaTest.class.getResourceAsStream("/librdkafka-probe.py")) {
            Files.writeString(script,
                new String(from.readAllBytes(), StandardCharsets.UTF_8));
        }
        var ran = Tool.run(directory, "",
            List.of("python3", script.toString(), LIBRARY, broker.bootstrap(), name));

        assertThat(ran.output()).contains("chained " + COUNT, "fenced", "all done");
        assertThat(ran.code()).isZero();
        var expected = IntStream.range(0, COUNT).mapToObj(number -> "v" + number).toList();
        assertThat(committedIn(name + "-in")).containsExactlyInAnyOrderElementsOf(expected);
        var copies = new ArrayList<>(expected.stream().map(each -> "copy of " + each).toList());
        copies.add("the last");
        assertThat(committedIn(name + "-out")).containsExactlyInAnyOrderElementsOf(copies);
    }
}

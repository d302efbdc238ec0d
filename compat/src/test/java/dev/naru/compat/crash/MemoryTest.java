package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Many clients with large requests, a broker with little memory; `-Dcompat.memory.connections=500` for the
/// long run.
class MemoryTest {
    private static final int CONNECTIONS = Integer.getInteger("compat.memory.connections", 40);

    @Test void many_large_requests_are_slowed_or_refused_and_others_are_served() throws Exception {
        assumeFalse(Brokers.areKafka(),
            "Apache Kafka does not bound the memory of requests by default");
        var directory = Files.createTempDirectory("naru-compat-");
        try (var broker = Brokers.start(directory, Map.of(), List.of("-Xmx256m"))) {
            var clients = new Clients(broker);
            String topic = clients.topic(1);
            var at = new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.port());
            try (var _ = Crowd.press(at, topic, CONNECTIONS)) {
                clients.send(topic, 0, List.of("while", "they", "press"));
                assertThat(clients.everythingIn(topic)).hasSize(3);
            }
            assertThat(broker.isAlive()).as(broker.output()).isTrue();
            clients.send(topic, 0, List.of("afterwards"));
            assertThat(clients.everythingIn(topic)).hasSize(4);
        }
    }
}

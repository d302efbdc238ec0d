package dev.naru.compat.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// kafkajs 2.2.4 on Node.js, which npm fetches into target/ once.
@ExtendWith(SharedBroker.class)
class KafkajsTest {
    private static final Path HOME = Path.of("target", "kafkajs").toAbsolutePath();
    private static final String PACKAGE = "kafkajs@2.2.4";

    private final Broker broker;
    private final Clients clients;

    KafkajsTest(Broker broker) {
        this.broker = broker;
        this.clients = new Clients(broker);
    }

    @BeforeAll static void kafkajsIsHere() throws IOException {
        assumeTrue(Tool.find("node").isPresent(), "Node.js is not installed");
        if (Files.isDirectory(HOME.resolve("node_modules/kafkajs"))) return;
        assumeTrue(Tool.find("npm").isPresent(), "npm is not installed");
        Files.createDirectories(HOME);
        var installed = Tool.run(HOME, "", List.of("npm", "install", "--no-audit", "--no-fund",
            "--ignore-scripts", "--prefix", HOME.toString(), PACKAGE));
        assumeTrue(installed.code() == 0, "npm could not fetch " + PACKAGE);
    }

    @Test void kafkajs_produces_consumes_and_administers() throws IOException {
        var script = HOME.resolve("probe.js");
        Files.writeString(script, resource("kafkajs-probe.js"));
        String topic = Clients.name("kafkajs");
        var ran = Tool.run(HOME, "", List.of("node", script.toString(), broker.bootstrap(), topic));
        assertThat(ran.output()).contains("all done");
        assertThat(ran.code()).isZero();
        assertThat(clients.everythingIn(topic)).hasSize(60);
    }

    private static String resource(String name) {
        try (InputStream from = KafkajsTest.class.getResourceAsStream("/" + name)) {
            return new String(from.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}

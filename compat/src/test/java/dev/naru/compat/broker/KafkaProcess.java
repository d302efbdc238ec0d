package dev.naru.compat.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/// Apache Kafka, one KRaft node, from the jars of compat/peer (see its pom).
final class KafkaProcess implements Broker {
    private static final Path JARS = Path
        .of(System.getProperty("compat.peer.jars", "peer/target/jars"));

    private final Path directory;
    private final List<String> jvm;
    private final int port;
    private Child child;

    private KafkaProcess(Path directory, List<String> jvm, int port) {
        this.directory = directory;
        this.jvm = jvm;
        this.port = port;
    }

    static KafkaProcess start(Path directory, Map<String, String> settings, List<String> jvm) {
        var kafka = new KafkaProcess(directory, jvm, freePort());
        kafka.configure(settings, freePort());
        kafka.restart();
        return kafka;
    }

    static int freePort() {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private void configure(Map<String, String> settings, int controllerPort) {
        var all = new TreeMap<>(settings);
        all.keySet().removeIf(name -> name.startsWith("naru."));
        all.put("process.roles", "broker,controller");
        all.put("node.id", "1");
        all.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        all.put("listeners",
            "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        all.put("controller.listener.names", "CONTROLLER");
        all.put("offsets.topic.replication.factor", "1");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("log.dirs", dataDirectory().toString());
        try {
            Files.writeString(properties(), all.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining()));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
        var words = List.of("format", "-t", Uuid.randomUuid().toString(), "-c",
            properties().toString());
        try (var format = Child.java(List.of(), JARS + "/*", "kafka.tools.StorageTool", words)) {
            if (format.exitCode() != 0) throw new AssertionError(format.output());
        }
    }

    private Path properties() {
        return directory.resolve("server.properties");
    }

    @Override public int port() {
        return port;
    }

    @Override public Path dataDirectory() {
        return directory.resolve("data");
    }

    @Override public String output() {
        return child.output();
    }

    @Override public boolean isAlive() {
        return child.process().isAlive();
    }

    @Override public void kill() {
        child.close();
    }

    @Override public int stop() {
        child.process().destroy();
        int code = child.exitCode();
        child.close();
        return code;
    }

    @Override public void restart() {
        child = Child.java(jvm, JARS + "/*", "kafka.Kafka", List.of(properties().toString()));
        Map<String, Object> settings = Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap());
        try (var admin = Admin.create(settings)) {
            admin.describeCluster().nodes().get();
        } catch (ExecutionException | InterruptedException refused) {
            child.close();
            throw new AssertionError(child.output(), refused);
        }
    }

    @Override public long pid() {
        return child.process().pid();
    }

    @Override public void close() {
        child.close();
        Brokers.delete(directory);
    }
}

package dev.naru.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// How to reach a cluster: the client properties of one call. Before a client is made, a plain
/// connection is tried, because Kafka's clients keep trying in silence for a minute where nobody
/// listens.
final class Link {
    static final String BOOTSTRAP = "bootstrap.servers";
    /// Scripts start a broker and call a tool at once; under Kafka's names that is waited for.
    static final long PATIENT_MS = 10_000;
    private static final String DEFAULT_ADDRESS = "127.0.0.1:9092";
    private static final int CONNECT_TIMEOUT_MS = 3_000;
    private static final long RETRY_NS = 200_000_000L;
    private final Map<String, Object> properties;
    private long patienceMs;
    private boolean probed;

    private Link(Map<String, Object> properties, long patienceMs) {
        this.properties = properties;
        this.patienceMs = patienceMs;
    }

    /// From the flags of [Flags#cluster()].
    static Link of(Given given) {
        var properties = defaults();
        properties.put("default.api.timeout.ms", "30000");
        given.text("--command-config").ifPresent(file -> load(file, properties));
        for (String option : given.texts("--option")) {
            put(properties, "-X", option);
        }
        String preset = System.getenv("NARU_BROKERS");
        given.text("--bootstrap-server").ifPresentOrElse(
            address -> properties.put(BOOTSTRAP, address),
            () -> properties.putIfAbsent(BOOTSTRAP, preset == null ? DEFAULT_ADDRESS : preset));
        return new Link(properties, 0);
    }

    /// From the flags of a tool under Kafka's name: files first, then single properties.
    static Link ofKafka(Given given, List<String> fileFlags, List<String> propertyFlags) {
        var properties = defaults();
        for (String flag : fileFlags) {
            given.text(flag).ifPresent(file -> load(file, properties));
        }
        for (String flag : propertyFlags) {
            for (String option : given.texts(flag)) {
                put(properties, flag, option);
            }
        }
        given.text("--bootstrap-server").ifPresent(at -> properties.put(BOOTSTRAP, at));
        if (!properties.containsKey(BOOTSTRAP)) {
            throw Failed.usage("--bootstrap-server is missing; say where a broker listens, as in"
                + " --bootstrap-server localhost:9092");
        }
        return new Link(properties, PATIENT_MS);
    }

    static Link ofKafka(Given given) {
        return ofKafka(given, List.of("--command-config"), List.of());
    }

    Admin admin() {
        return Admin.create(ready(Map.of()));
    }

    KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        return new KafkaConsumer<>(ready(more), new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    }

    KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        return new KafkaProducer<>(ready(more), new ByteArraySerializer(),
            new ByteArraySerializer());
    }

    KafkaShareConsumer<byte[], byte[]> shareConsumer(Map<String, Object> more) {
        return new KafkaShareConsumer<>(ready(more), new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    }

    /// How long any one answer may take.
    void patienceMs(long answerMs) {
        patienceMs = Math.min(patienceMs, answerMs);
        properties.put("default.api.timeout.ms", Long.toString(answerMs));
        properties.put("request.timeout.ms", Long.toString(Math.min(answerMs, 30_000)));
    }

    /// A property as the user gave it, or as it is by default here.
    String property(String name, String otherwise) {
        return String.valueOf(properties.getOrDefault(name, otherwise));
    }

    boolean isGiven(String name) {
        return properties.containsKey(name);
    }

    String bootstrap() {
        return property(BOOTSTRAP, DEFAULT_ADDRESS);
    }

    private static Map<String, Object> defaults() {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("metric.reporters", "");
        properties.put("enable.metrics.push", "false");
        return properties;
    }

    /// What the user gave wins over `more`.
    private Map<String, Object> ready(Map<String, Object> more) {
        if (!probed) probe();
        probed = true;
        var all = new LinkedHashMap<String, Object>(more);
        all.putAll(properties);
        return all;
    }

    private void probe() {
        long deadlineNs = System.nanoTime() + patienceMs * 1_000_000L;
        while (true) {
            String reason = probeOnce();
            if (reason.isEmpty()) return;
            if (System.nanoTime() >= deadlineNs) {
                throw Failed.because("cannot reach a broker at " + bootstrap() + " (" + reason
                    + "); start one, or name another with --bootstrap-server");
            }
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    /// The first of the addresses where somebody listens.
    InetSocketAddress reached() {
        for (String address : Given.commas(bootstrap())) {
            if (!probe(address).isEmpty()) continue;
            String plain = plain(address);
            int colon = plain.lastIndexOf(':');
            return new InetSocketAddress(plain.substring(0, colon).replaceAll("^\\[|\\]$", ""),
                Integer.parseInt(plain.substring(colon + 1)));
        }
        throw Failed.because("cannot reach a broker at " + bootstrap());
    }

    private String probeOnce() {
        String reason = "no address given";
        for (String address : Given.commas(bootstrap())) {
            reason = probe(address);
            if (reason.isEmpty()) return reason;
        }
        return reason;
    }

    private static String plain(String address) {
        return address.replaceFirst("^[A-Za-z_]+://", "");
    }

    private static String probe(String address) {
        String plain = plain(address);
        int colon = plain.lastIndexOf(':');
        if (colon <= 0) throw Failed.usage("'" + address + "' is not host:port");
        String host = plain.substring(0, colon).replaceAll("^\\[|\\]$", "");
        long port = Given.number("the port of '" + address + "'", plain.substring(colon + 1));
        if (port < 1 || port > 65_535) throw Failed.usage("no such port: " + port);
        try {
            return probe(InetAddress.getAllByName(host), (int) port);
        } catch (UnknownHostException e) {
            return "unknown host " + host;
        }
    }

    private static String probe(InetAddress[] hosts, int port) {
        String reason = "";
        for (InetAddress host : hosts) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MS);
                return "";
            } catch (IOException e) {
                reason = String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT);
            }
        }
        return reason;
    }

    private static void load(String file, Map<String, Object> into) {
        Properties loaded = PropertyFile.read(file);
        for (String name : loaded.stringPropertyNames()) {
            into.put(name, loaded.getProperty(name));
        }
    }

    private static void put(Map<String, Object> properties, String flag, String option) {
        String[] pair = Given.pair(flag, option);
        properties.put(pair[0], pair[1]);
    }

    /// Files in the format of `java.util.Properties`.
    static final class PropertyFile {
        private PropertyFile() {}

        static Properties read(String file) {
            var properties = new Properties();
            try (var reader = Files.newBufferedReader(Path.of(file))) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw Failed.because("cannot read the properties in " + file + ": "
                    + Explain.line(e));
            }
            return properties;
        }
    }
}

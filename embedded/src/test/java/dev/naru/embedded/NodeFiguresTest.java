package dev.naru.embedded;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.base.Trace;
import dev.naru.broker.Admission;
import dev.naru.broker.Env;
import dev.naru.broker.Node;
import dev.naru.broker.NodeFigures;
import dev.naru.broker.StartOutcome;
import dev.naru.config.Settings;
import dev.naru.io.RealCodecs;
import dev.naru.io.RealEnv;
import dev.naru.io.RealPatterns;
import dev.naru.metadata.LocalMetadataLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node says that it has counted, while a client that is not ours uses it.
class NodeFiguresTest {
    private static final long HOUR_MS = 3_600_000;

    @TempDir
    Path directory;
    private RealEnv ports;
    private Node node;
    private Map<String, Object> client;

    @BeforeEach void start() throws Exception {
        ports = RealEnv.open(directory, RealEnv.Options.embedded(_ -> {
        }).withLoops(2));
        node = new Node(new Env(ports.clock(), ports.loops(), ports.entropy(), ports.disk(),
            ports.net(), ports.net(), new RealCodecs(), new RealPatterns(), Trace.NONE,
            LocalMetadataLog.in(ports.disk(), Trace.NONE), 1 << 20, Admission.LOOPBACK_ONLY, _ -> {
            }), settings());
        var outcome = new CompletableFuture<StartOutcome>();
        node.start(outcome::complete);
        var ready = (StartOutcome.Ready) outcome.get();
        client = Map.of("bootstrap.servers", ready.listeners().getFirst());
    }

    private Settings settings() {
        var given = Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs",
            directory.toString(), "offsets.topic.num.partitions", "4");
        return ((Settings.Outcome.Accepted) Settings.of(given)).settings();
    }

    @AfterEach void stop() throws Exception {
        var stopped = new CompletableFuture<Void>();
        node.stop(() -> stopped.complete(null));
        stopped.get();
        ports.close();
    }

    private NodeFigures figures() throws Exception {
        var figures = new CompletableFuture<Optional<NodeFigures>>();
        node.measure(figures::complete);
        return figures.get().orElseThrow();
    }

    private void produce(String topic, int partition, long timestampMs, String value)
        throws Exception {
        try (var producer = new KafkaProducer<>(client, new StringSerializer(),
            new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, partition, timestampMs, "key", value)).get();
        }
    }

    private void create(String topic) throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic(topic, 2,
                (short) 1))).all().get();
        }
    }

    private void configure(ConfigResource.Type type, String name, ConfigEntry entry)
        throws Exception {
        try (var admin = Admin.create(client)) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(type, name),
                List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET)))).all().get();
        }
    }

    private void commit(String group, TopicPartition at, long offset) throws Exception {
        try (var admin = Admin.create(client)) {
            admin.alterConsumerGroupOffsets(group, Map.of(at, new OffsetAndMetadata(offset))).all()
                .get();
        }
    }

    @Test void what_clients_wrote_and_read_is_counted_by_topic() throws Exception {
        create("orders");
        produce("orders", 0, HOUR_MS, "first");
        produce("orders", 1, HOUR_MS, "second");
        try (var consumer = new KafkaConsumer<>(client, new StringDeserializer(),
            new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("orders", 1)));
            consumer.seekToBeginning(consumer.assignment());
            int read = 0;
            while (read == 0)
                read = consumer.poll(Duration.ofMillis(100)).count();
        }
        var figures = figures();
        var topicId = figures.image().topic("orders").orElseThrow().topicId();
        var traffic = requireNonNull(figures.topics().get(topicId));
        assertThat(traffic.messagesIn()).isEqualTo(2);
        assertThat(traffic.produces()).isEqualTo(2);
        assertThat(traffic.producesFailed()).isZero();
        assertThat(traffic.bytesOut()).isPositive().isLessThan(traffic.bytesIn());
        assertThat(figures.all().messagesIn()).isEqualTo(2);
        var produces = requireNonNull(figures.requests().get("Produce"));
        assertThat(produces.total().count()).isEqualTo(2);
        assertThat(figures.requests()).containsKeys("FetchConsumer", "Metadata", "ApiVersions");
        long flushes = figures.loops().stream().mapToLong(loop -> loop.flushes().count()).sum();
        assertThat(flushes).isPositive();
    }

    @Test void a_refused_batch_is_a_failed_produce() throws Exception {
        create("orders");
        configure(ConfigResource.Type.TOPIC, "orders", new ConfigEntry("max.message.bytes", "100"));
        assertThatThrownBy(() -> produce("orders", 0, HOUR_MS, "x".repeat(500)))
            .hasMessageContaining("max.message.bytes");
        assertThat(figures().all().producesFailed()).isPositive();
        assertThat(figures().all().messagesIn()).isZero();
        assertThat(figures().all().bytesRefused()).isGreaterThan(500);
    }

    @Test void a_group_is_behind_in_records_and_in_time() throws Exception {
        create("orders");
        long writtenMs = System.currentTimeMillis() - HOUR_MS;
        produce("orders", 0, writtenMs - HOUR_MS, "read");
        produce("orders", 0, writtenMs, "unread");
        produce("orders", 0, writtenMs + HOUR_MS, "unread, too");
        var at = new TopicPartition("orders", 0);
        commit("readers", at, 1);
        var group = figures().groups().getFirst();
        assertThat(group.group()).isEqualTo("readers");
        assertThat(group.members()).isZero();
        var lag = group.lags().getFirst();
        assertThat(lag.committedOffset()).isEqualTo(1);
        assertThat(lag.lag()).isEqualTo(2);
        assertThat(lag.lagMs()).isBetween(HOUR_MS, HOUR_MS + 60_000);
        commit("readers", at, 3);
        lag = figures().groups().getFirst().lags().getFirst();
        assertThat(lag.lag()).isZero();
        assertThat(lag.lagMs()).isZero();
    }

    @Test void each_replica_is_told_of_until_there_are_too_many() throws Exception {
        create("orders");
        produce("orders", 0, HOUR_MS, "first");
        var figures = figures();
        var first = figures.partitions().stream()
            .filter(each -> each.topic().equals("orders") && each.partition() == 0).findFirst()
            .orElseThrow();
        assertThat(first.leads()).isTrue();
        assertThat(first.highWatermark()).isEqualTo(1);
        assertThat(first.sizeBytes()).isPositive();
        configure(ConfigResource.Type.BROKER, "",
            new ConfigEntry("naru.metrics.partitions.max", "1"));
        figures = figures();
        assertThat(figures.partitions()).isEmpty();
        long bytes = figures.loops().stream().mapToLong(loop -> loop.logSizeBytes()).sum();
        assertThat(bytes).isEqualTo(first.sizeBytes());
    }

    @Test void connections_are_counted_by_the_listener_they_came_in_by() throws Exception {
        create("orders");
        var figures = figures();
        long opened = figures.loops().stream().mapToLong(loop -> loop.connectionsOpened()).sum();
        assertThat(opened).isPositive();
        try (var admin = Admin.create(client)) {
            admin.listTopics().names().get();
            int open = figures().loops().stream()
                .mapToInt(loop -> loop.connectionsByListener().getOrDefault("PLAINTEXT", 0)).sum();
            assertThat(open).isPositive();
        }
    }
}

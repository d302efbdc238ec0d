package dev.naru.bench;

import static dev.naru.bench.Metric.COMPACT_CPU_PER_GB;
import static dev.naru.bench.Metric.COMPACT_MB_PER_S;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;

/// A log in which few keys were written over and over becomes compacted: how fast the cleaner goes
/// through it. It begins when the topic's policy changes, with a cleaner that looks ten times a
/// second and recovery points that are recorded each second (Naru cleans nothing above them), and
/// ends when nothing but the newest records and the active segments can be left.
final class Compaction implements Scenario {
    private static final String TOPIC = "states";
    private static final int PARTITIONS = 4;
    private static final int KEYS = 20_000;
    private static final int RECORD_BYTES = 1_000;
    private static final long RECORDS = 800_000;
    private static final int SEGMENT_BYTES = 16 << 20;
    private static final double LEFT = 0.25;
    private static final long POLL_MS = 20;
    private static final long SETTLE_MS = 2_000;
    private static final long SECONDS_MAX = 120;

    @Override public String name() {
        return "compaction";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_SYNC, Variant.KAFKA);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(COMPACT_MB_PER_S, COMPACT_CPU_PER_GB);
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        stage.yard().set("log.cleaner.backoff.ms", "100");
        stage.yard().set("log.flush.offset.checkpoint.interval.ms", "1000");
        try (var broker = stage.yard().start(); var admin = Clients.admin(broker.address())) {
            Clients.createTopic(broker.address(), TOPIC, PARTITIONS);
            set(admin, Map.of("segment.bytes", Integer.toString(SEGMENT_BYTES)));
            fill(broker, stage.options().scaled(RECORDS));
            // the cache is to be clean, or it is the writing that is measured
            new ProcessBuilder("sync").start().waitFor();
            Thread.sleep(SETTLE_MS);
            long before = bytes(admin);
            double cpuBefore = broker.cpuSeconds();
            long beganNs = System.nanoTime();
            set(admin,
                Map.of("cleanup.policy", "compact", "min.cleanable.dirty.ratio", "0.01"));
            while (bytes(admin) > before * LEFT && !stage.options().quick()) {
                if (System.nanoTime() - beganNs > SECONDS_MAX * 1_000_000_000L)
                    throw new IOException("not compacted after " + SECONDS_MAX + " s");
                Thread.sleep(POLL_MS);
            }
            double seconds = (System.nanoTime() - beganNs) / 1e9;
            measured.put(COMPACT_MB_PER_S, before / 1e6 / seconds);
            measured.put(COMPACT_CPU_PER_GB,
                (broker.cpuSeconds() - cpuBefore) / (before / 1e9));
        }
        return measured;
    }

    private static void fill(Broker broker, long records) {
        var value = Flood.payload(RECORD_BYTES);
        var random = new SplittableRandom(1);
        var producer = Clients.producer(broker.address(), Clients.DEFAULTS);
        for (long at = 0; at < records; at++) {
            var key = ByteBuffer.allocate(Integer.BYTES).putInt(random.nextInt(KEYS)).array();
            producer.send(new ProducerRecord<>(TOPIC, key, value));
        }
        producer.flush();
        Clients.close(producer);
    }

    private static void set(Admin admin, Map<String, String> settings) throws Exception {
        Collection<AlterConfigOp> changes = settings.entrySet().stream()
            .map(each -> new AlterConfigOp(new ConfigEntry(each.getKey(), each.getValue()),
                AlterConfigOp.OpType.SET))
            .toList();
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
        admin.incrementalAlterConfigs(Map.of(topic, changes)).all().get();
    }

    private static long bytes(Admin admin) throws Exception {
        int node = admin.describeCluster().nodes().get().iterator().next().id();
        long sum = 0;
        var nodes = admin.describeLogDirs(List.of(node)).allDescriptions().get();
        for (var directories : nodes.values()) {
            for (var directory : directories.values()) {
                for (var replica : directory.replicaInfos().entrySet()) {
                    if (replica.getKey().topic().equals(TOPIC)) sum += replica.getValue().size();
                }
            }
        }
        return sum;
    }
}

package dev.naru.bench;

import static dev.naru.bench.Metric.*;
import static dev.naru.bench.Variant.*;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One row of the table of goals: the ratio Naru / Kafka of a metric, or Naru's figure alone, and
/// where it should be.
enum Goal {
    // @formatter:off
    CPU_1K("cpu-1k",
        "broker CPU per GB produced, 1 KiB, acks=all, page cache both",
        PRODUCE_CPU_PER_GB, NARU_CACHE, KAFKA, 0.5),
    CPU_100_PRODUCE("cpu-100-produce",
        "broker CPU per million 100-byte records produced",
        SMALL_PRODUCE_CPU, NARU_CACHE, KAFKA, 0.5),
    CPU_100_CONSUME("cpu-100-consume",
        "broker CPU per million 100-byte records consumed",
        SMALL_CONSUME_CPU, NARU_CACHE, KAFKA, 0.5),
    THROUGHPUT("throughput",
        "max produce throughput, page cache against page cache",
        PRODUCE_MB_PER_S, NARU_CACHE, KAFKA, 1.3),
    THROUGHPUT_SYNC("throughput-sync",
        "max produce throughput, Naru with fsync before ack against Kafka without",
        PRODUCE_MB_PER_S, NARU_SYNC, KAFKA, 1.0),
    THROUGHPUT_SYNC_BOTH("throughput-sync-both",
        "max produce throughput, fsync before ack against Kafka with flush.messages=1",
        PRODUCE_MB_PER_S, NARU_SYNC, KAFKA_SYNC, 6.0),
    P99("p99",
        "produce p99 at 10,000 x 1 KiB/s, fsync before ack against Kafka without",
        PACED_P99, NARU_SYNC, KAFKA, 1.0),
    END_TO_END("e2e",
        "end-to-end p99, acks=all, fsync before ack against Kafka without",
        END_TO_END_P99, NARU_SYNC, KAFKA, 0.5),
    START("start",
        "process start to first record acknowledged, empty directory",
        FIRST_ACK, NARU_SYNC, KAFKA, 0.2),
    RSS_IDLE("rss-idle", "resident memory, idle", IDLE_RSS, NARU_SYNC, KAFKA, 0.3),
    RSS_5000("rss-5000",
        "resident memory, 5,000 partitions",
        PARTITIONS_RSS, NARU_SYNC, KAFKA, 0.3),
    CREATE("create",
        "create 5,000 partitions (50 topics x 100)",
        CREATE_SECONDS, NARU_SYNC, KAFKA, 0.5),
    RESTART_AFTER_STOP("restart-clean",
        "restart with 5,000 partitions after a clean stop",
        Metric.RESTART_CLEAN, NARU_SYNC, KAFKA, 0.1),
    RESTART_AFTER_KILL("restart-killed",
        "restart with 5,000 partitions after SIGKILL",
        Metric.RESTART_KILLED, NARU_SYNC, KAFKA, 0.03),
    JOIN("join",
        "1,000 members of a classic group join at once, until stable",
        JOIN_CLASSIC, NARU_SYNC, KAFKA, 0.5),
    JOIN_BY_EPOCH("join-consumer",
        "1,000 members of a consumer group (KIP-848) join at once, until stable",
        JOIN_CONSUMER, NARU_SYNC, KAFKA, 0.5),
    COMPACTION("compaction",
        "log cleaned per second, 1 KB records",
        COMPACT_MB_PER_S, NARU_SYNC, KAFKA, 1.0),
    QUEUES("queues",
        "300 share consumers, 50 ms of work each, 6 partitions: part of the ideal 6,000/s",
        QUEUE_OF_IDEAL, NARU_SYNC, 0.9),
    TRANSACTIONS("transactions",
        "transactions of 100 x 1 KiB committed per second, page cache both",
        COMMITS_PER_S, NARU_CACHE, KAFKA, 1.2),
    COMMIT("commit",
        "begin to end of commit of such a transaction, p50, page cache both",
        COMMIT_P50, NARU_CACHE, KAFKA, 0.83),
    TRANSACTIONS_SYNC("transactions-sync",
        "the same, Naru with fsync before ack against Kafka without",
        COMMITS_PER_S, NARU_SYNC, KAFKA, 1.2),
    RF3_THROUGHPUT("rf3-throughput",
        "three nodes, three replicas: max produce throughput, page cache both",
        TRIO_MB_PER_S, NARU_CACHE, KAFKA, 1.3),
    RF3_THROUGHPUT_SYNC("rf3-throughput-sync",
        "the same, Naru with fsync before ack against Kafka without",
        TRIO_MB_PER_S, NARU_SYNC, KAFKA, 1.0),
    RF3_CPU("rf3-cpu",
        "three nodes: CPU of all brokers per GB produced, page cache both",
        TRIO_CPU_PER_GB, NARU_CACHE, KAFKA, 0.6),
    RF3_P99("rf3-p99",
        "three nodes: produce p99 at 4,000 x 1 KiB/s, page cache both",
        TRIO_PACED_P99, NARU_CACHE, KAFKA, 0.7),
    RF3_P99_SYNC("rf3-p99-sync",
        "the same, Naru with fsync before ack against Kafka without",
        TRIO_PACED_P99, NARU_SYNC, KAFKA, 0.7),
    RF3_TLS("rf3-tls-throughput",
        "three nodes, TLS among them: max produce throughput, page cache both",
        TRIO_TLS_MB_PER_S, NARU_CACHE, KAFKA, 1.3),
    RF3_TLS_CPU("rf3-tls-cpu",
        "the same: CPU of all brokers per GB produced",
        TRIO_TLS_CPU_PER_GB, NARU_CACHE, KAFKA, 0.6),
    RF3_CREATE("rf3-create",
        "three nodes: create 1,000 partitions and write to each through another node",
        TRIO_CREATE_USED, NARU_SYNC, KAFKA, 0.5),
    FAILOVER("failover",
        "a node of three is killed: longest time without an ack of any partition, s",
        FAILOVER_MAX, NARU_SYNC, 3.0),
    FAILOVER_CONTROLLER("failover-controller",
        "the same, the node leads the quorum, too, s",
        FAILOVER_CONTROLLER_MAX, NARU_SYNC, 3.0),
    SHUTDOWN("shutdown-2000",
        "clean stop of a node that leads 2,000 partitions, s",
        SHUTDOWN_LED, NARU_SYNC, 2.0),
    LOAD("load-100000",
        "restart of a node after SIGKILL, until it tells of 100,000 partitions, s",
        LOAD_SECONDS, NARU_SYNC, 2.0),
    HEAL("heal",
        "what a lost node had is copied to another: bytes per second, part of the throttle",
        HEAL_OF_BUDGET, NARU_SYNC, 0.9);
    // @formatter:on

    private static final Set<Metric> FLOORS = EnumSet.of(PRODUCE_MB_PER_S, COMPACT_MB_PER_S,
        QUEUE_OF_IDEAL, COMMITS_PER_S, TRIO_MB_PER_S, TRIO_TLS_MB_PER_S, HEAL_OF_BUDGET);

    private final String row;
    private final String title;
    private final Metric metric;
    private final Variant naru;
    private final @Nullable Variant kafka;
    private final double ratio;

    /// A goal for Naru's own figure.
    Goal(String row, String title, Metric metric, Variant naru, double figure) {
        this(row, title, metric, naru, null, figure);
    }

    Goal(String row, String title, Metric metric, Variant naru, @Nullable Variant kafka,
        double ratio) {
        this.row = row;
        this.title = title;
        this.metric = metric;
        this.naru = naru;
        this.kafka = kafka;
        this.ratio = ratio;
    }

    String row() {
        return row;
    }

    String title() {
        return title;
    }

    Metric metric() {
        return metric;
    }

    Variant naru() {
        return naru;
    }

    /// What Naru is measured against; empty when the figure is compared with the goal itself.
    Optional<Variant> kafka() {
        return Optional.ofNullable(kafka);
    }

    double ratio() {
        return ratio;
    }

    /// True when more is better: throughput. Everything else is a cost.
    boolean isFloor() {
        return FLOORS.contains(metric);
    }
}

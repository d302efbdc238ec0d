package dev.naru.bench;

/// What is measured; each scenario fills some of these for some variants.
enum Metric {
    // @formatter:off
    PRODUCE_CPU_PER_GB("broker CPU per GB produced, 1 KiB records", "s"),
    PRODUCE_MB_PER_S("produce throughput, 1 KiB records", "MB/s"),
    PRODUCE_BROKER_CORES("cores the broker used meanwhile", "cores"),
    SMALL_PRODUCE_CPU("broker CPU per million 100-byte records produced", "s"),
    SMALL_CONSUME_CPU("broker CPU per million 100-byte records consumed", "s"),
    SMALL_PRODUCE_RATE("100-byte records produced", "million/s"),
    SMALL_CONSUME_RATE("100-byte records consumed", "million/s"),
    PACED_P50("produce p50 at 10,000 x 1 KiB/s", "ms"),
    PACED_P99("produce p99 at 10,000 x 1 KiB/s", "ms"),
    PACED_CPU("broker CPU per second at 10,000 x 1 KiB/s", "s"),
    END_TO_END_P50("end-to-end p50 at 1,000 x 1 KiB/s", "ms"),
    END_TO_END_P99("end-to-end p99 at 1,000 x 1 KiB/s", "ms"),
    KILLED_WITH_VOLUME("restart to first ack after SIGKILL, 1 GB in the log", "s"),
    FIRST_ACK("process start to first ack, empty directory", "s"),
    IDLE_RSS("resident memory, idle", "MB"),
    KILLED_WITH_LITTLE("restart to first ack after SIGKILL, little in the log", "s"),
    CREATE_SECONDS("create 5,000 partitions (50 topics x 100)", "s"),
    PARTITIONS_RSS("resident memory, 5,000 partitions", "MB"),
    PARTITIONS_USED_RSS("resident memory, 5,000 partitions with one record each", "MB"),
    CLEAN_STOP("clean stop, 5,000 partitions with one record each", "s"),
    RESTART_CLEAN("restart after a clean stop, 5,000 partitions with one record each", "s"),
    RESTART_KILLED("restart after SIGKILL, 5,000 partitions with one record each", "s"),
    SPREAD_FIRST_SYNCS("syncs: first record to each of 1,000 partitions", ""),
    SPREAD_SYNCS("syncs: one more record to each of 1,000 partitions", ""),
    SPREAD_P99("p99 of that", "ms"),
    QUEUE_RATE("300 share consumers, 50 ms of work per record, 6 partitions", "records/s"),
    QUEUE_OF_IDEAL("that as a part of the ideal rate", ""),
    QUEUE_BROKER_CPU("broker CPU per second of that", "s"),
    JOIN_CLASSIC("1,000 members of a classic group join at once, until stable", "s"),
    JOIN_CONSUMER("1,000 members of a consumer group join at once, until stable", "s"),
    COMPACT_MB_PER_S("log cleaned, 1 KB records, 20,000 keys of 800,000 records", "MB/s"),
    COMPACT_CPU_PER_GB("broker CPU per GB of that", "s"),
    COMMITS_PER_S("transactions of 100 x 1 KiB committed, one after the other", "/s"),
    COMMIT_P50("a transaction, begin to end of commit, p50", "ms"),
    COMMIT_P99("a transaction, begin to end of commit, p99", "ms"),
    COMMIT_CPU("broker CPU per 1,000 transactions", "s"),
    PACED_SYNCS_PER_S("syncs per second at 10,000 x 1 KiB/s", ""),
    TRIO_MB_PER_S("three nodes: produce throughput, 1 KiB records", "MB/s"),
    TRIO_CPU_PER_GB("three nodes: CPU of all brokers per GB produced", "s"),
    TRIO_CORES("three nodes: cores the brokers used meanwhile", "cores"),
    TRIO_PACED_P50("three nodes: produce p50 at 4,000 x 1 KiB/s", "ms"),
    TRIO_PACED_P99("three nodes: produce p99 at 4,000 x 1 KiB/s", "ms"),
    TRIO_PACED_CPU("three nodes: CPU of all brokers per second of that", "s"),
    TRIO_TLS_MB_PER_S("three nodes, TLS among them: produce throughput, 1 KiB records", "MB/s"),
    TRIO_TLS_CPU_PER_GB("three nodes, TLS among them: CPU of all brokers per GB produced", "s"),
    FAILOVER_MAX("a node is killed: longest time without an ack, worst of 300 partitions", "s"),
    FAILOVER_MEDIAN("that, of the median partition", "s"),
    FAILOVER_CONTROLLER_MAX("the controller is killed: the same, worst partition", "s"),
    FAILOVER_CONTROLLER_MEDIAN("that, of the median partition (controller)", "s"),
    TRIO_CREATE("three nodes: create 1,000 partitions (20 topics x 50)", "s"),
    TRIO_CREATE_USED("the same, until each took a record through another node", "s"),
    SHUTDOWN_LED("clean stop of a node that leads 2,000 partitions", "s"),
    LOAD_CREATE("three nodes: create 100,000 partitions, a topic of 1,000 at a time", "s"),
    LOAD_IDLE_CPU("three nodes with 100,000 idle partitions: CPU per second of all", "s"),
    LOAD_RSS("resident memory of one of them", "MB"),
    LOAD_SECONDS("restart of one after SIGKILL, until it tells of 100,000 partitions", "s"),
    HEAL_OF_BUDGET("512 MiB of a lost node copied to another: part of the budget of 50 MiB/s", ""),
    HEAL_MB_PER_S("the same without a budget", "MB/s");
    // @formatter:on

    private final String title;
    private final String unit;

    Metric(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }
}

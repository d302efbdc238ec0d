package dev.naru.config;

import static dev.naru.config.Allow.ANY;
import static dev.naru.config.Allow.NODES;
import static dev.naru.config.Allow.atLeast;
import static dev.naru.config.Allow.between;
import static dev.naru.config.Allow.filled;
import static dev.naru.config.Allow.oneOf;
import static dev.naru.config.Handling.HONOURED;
import static dev.naru.config.Handling.LOOPS_NOT_THREADS;
import static dev.naru.config.Handling.NO_QUORUM;
import static dev.naru.config.Handling.NO_QUOTAS;
import static dev.naru.config.Handling.NO_REPORTERS;
import static dev.naru.config.Handling.NO_SUCH_PART;
import static dev.naru.config.Handling.NO_TELEMETRY;
import static dev.naru.config.Handling.ONE_NODE;
import static dev.naru.config.Handling.OWN_METADATA_LOG;
import static dev.naru.config.Handling.REFUSE_CLASS;
import static dev.naru.config.Handling.REFUSE_PROVIDERS;
import static dev.naru.config.Mode.CLUSTER;
import static dev.naru.config.Mode.FIXED;
import static dev.naru.config.Type.BOOLEAN;
import static dev.naru.config.Type.CLASS;
import static dev.naru.config.Type.INT;
import static dev.naru.config.Type.LIST;
import static dev.naru.config.Type.LONG;
import static dev.naru.config.Type.STRING;

import java.util.List;

/// The node itself: who it is, its loops, its controller, what it measures.
final class NodeTable {
    private NodeTable() {}

    static final List<SettingDefinition> ALL = List.of(
        new SettingDefinition("add.partitions.to.txn.retry.backoff.max.ms", INT, 100L, atLeast(0),
            FIXED, HONOURED,
            "Longest pause between two tries to add a partition to a transaction from within a "
                + "produce request."),
        new SettingDefinition("add.partitions.to.txn.retry.backoff.ms", INT, 20L, atLeast(1), FIXED,
            HONOURED,
            "Pause before a partition is again tried to be added to a transaction from within a "
                + "produce request."),
        new SettingDefinition("alter.config.policy.class.name", CLASS, null, ANY, FIXED,
            REFUSE_CLASS,
            "Class that may refuse changes of settings."),
        new SettingDefinition("alter.log.dirs.replication.quota.window.num", INT, 11L, atLeast(1),
            FIXED, NO_QUOTAS,
            "Samples kept to measure the traffic between data directories."),
        new SettingDefinition("alter.log.dirs.replication.quota.window.size.seconds", INT, 1L,
            atLeast(1), FIXED, NO_QUOTAS,
            "Length of one sample of the traffic between data directories."),
        new SettingDefinition("auto.create.topics.enable", BOOLEAN, true, ANY, FIXED, HONOURED,
            "Creates a topic when a client first asks for it by name."),
        new SettingDefinition("auto.leader.rebalance.enable", BOOLEAN, true, ANY, FIXED, HONOURED,
            "Gives partitions back to their preferred leader in the background."),
        new SettingDefinition("background.threads", INT, 10L, atLeast(1), CLUSTER,
            LOOPS_NOT_THREADS,
            "Threads for work in the background."),
        new SettingDefinition("broker.heartbeat.interval.ms", INT, 300L, ANY, FIXED, HONOURED,
            "How often a broker tells the controller that it is alive."),
        new SettingDefinition("broker.id", INT, -1L, ANY, FIXED, HONOURED,
            "The older name of node.id. If both are given they must agree."),
        new SettingDefinition("broker.id.generation.enable", BOOLEAN, true, ANY, FIXED, HONOURED,
            "A node without a number is given one: by the cluster it joins, the number above the "
                + "highest there, and 1 when it is a cluster of its own. Without this every node "
                + "needs node.id."),
        new SettingDefinition("broker.rack", STRING, null, ANY, FIXED, HONOURED,
            "Name of the rack or zone of this node; clients are told it."),
        new SettingDefinition("broker.session.timeout.ms", INT, 1500L, ANY, FIXED, HONOURED,
            "A broker not heard of for this long loses its partitions."),
        new SettingDefinition("client.quota.callback.class", CLASS, null, ANY, FIXED, REFUSE_CLASS,
            "Class that decides which quota a client has."),
        new SettingDefinition("config.providers", LIST, List.of(), ANY, CLUSTER, REFUSE_PROVIDERS,
            "Names of sources from which values such as ${name:key} are filled in."),
        new SettingDefinition("controlled.shutdown.enable", BOOLEAN, true, ANY, FIXED, ONE_NODE,
            "Hands leadership to other nodes before this one stops."),
        new SettingDefinition("controller.listener.names", LIST, null, ANY, FIXED, HONOURED,
            "Listeners that belong to the controller. Where nodes have a listener among "
                + "themselves, the first is where this one listens for the quorum; else none "
                + "is opened."),
        new SettingDefinition("controller.performance.always.log.threshold.ms", LONG, 2000L,
            atLeast(0), FIXED, NO_QUORUM, true,
            "Work of the controller that takes longer than this is always logged."),
        new SettingDefinition("controller.performance.sample.period.ms", LONG, 60_000L,
            atLeast(100), FIXED, NO_QUORUM, true,
            "Period over which the slowest work of the controller is collected."),
        new SettingDefinition("controller.quorum.append.linger.ms", INT, 25L, atLeast(0), FIXED,
            NO_QUORUM,
            "How long the quorum's leader gathers writes before it stores them."),
        new SettingDefinition("controller.quorum.auto.join.enable", BOOLEAN, false, ANY, FIXED,
            NO_QUORUM,
            "Lets a new controller join the quorum by itself."),
        new SettingDefinition("controller.quorum.bootstrap.servers", LIST, List.of(), ANY, FIXED,
            HONOURED,
            "Nodes that are asked, one after the other, to take this one into their cluster, when "
                + "its data directory is empty: where their listeners of "
                + "inter.broker.listener.name are, as host:port. This node's own address may be "
                + "among them."),
        new SettingDefinition("controller.quorum.election.backoff.max.ms", INT, 1000L, atLeast(0),
            FIXED, NO_QUORUM,
            "Longest pause after an election that nobody won."),
        new SettingDefinition("controller.quorum.election.timeout.ms", INT, 1000L, atLeast(0),
            FIXED, NO_QUORUM,
            "How long a candidate waits for votes before it starts another election."),
        new SettingDefinition("controller.quorum.fetch.max.bytes", INT, 1_048_576L, atLeast(1),
            FIXED, NO_QUORUM,
            "Metadata that one fetch between controllers may carry."),
        new SettingDefinition("controller.quorum.fetch.snapshot.max.bytes", INT, 1_048_576L,
            atLeast(1), FIXED, NO_QUORUM,
            "Part of a metadata snapshot that one fetch may carry."),
        new SettingDefinition("controller.quorum.fetch.timeout.ms", INT, 2000L, atLeast(0), FIXED,
            NO_QUORUM,
            "A leader that gave no metadata for this long is thought to be lost."),
        new SettingDefinition("controller.quorum.request.timeout.ms", INT, 2000L, atLeast(0), FIXED,
            NO_QUORUM,
            "How long a controller waits for the answer of another one."),
        new SettingDefinition("controller.quorum.retry.backoff.ms", INT, 20L, atLeast(0), FIXED,
            NO_QUORUM,
            "Pause before a controller repeats a failed request."),
        new SettingDefinition("controller.quorum.voters", LIST, List.of(), ANY, FIXED, HONOURED,
            "Nodes that agree on the cluster's metadata, as id@host:port:directoryId with the "
                + "directory.id of each data directory. None, or one, is a cluster of one node."),
        new SettingDefinition("controller.quota.window.num", INT, 11L, atLeast(1), FIXED, NO_QUOTAS,
            "Samples kept to measure how much clients change topics and partitions."),
        new SettingDefinition("controller.quota.window.size.seconds", INT, 1L, atLeast(1), FIXED,
            NO_QUOTAS,
            "Length of one sample of how much clients change topics and partitions."),
        new SettingDefinition("controller.socket.timeout.ms", INT, 30_000L, ANY, FIXED, ONE_NODE,
            "How long a broker waits for the controller's answer."),
        new SettingDefinition("create.topic.policy.class.name", CLASS, null, ANY, FIXED,
            REFUSE_CLASS,
            "Class that may refuse the creation of a topic."),
        new SettingDefinition("delete.topic.enable", BOOLEAN, true, ANY, FIXED, HONOURED,
            "Allows topics to be deleted."),
        new SettingDefinition("initial.broker.registration.timeout.ms", INT, 60_000L, ANY, FIXED,
            HONOURED,
            "How long a starting node waits for another one that is there under its id; then it "
                + "does not start. For a controller it waits as long as there is none."),
        new SettingDefinition("kafka.metrics.polling.interval.secs", INT, 10L, atLeast(1), FIXED,
            NO_REPORTERS,
            "How often the reporters of kafka.metrics.reporters are fed."),
        new SettingDefinition("kafka.metrics.reporters", LIST, List.of(), ANY, FIXED, NO_REPORTERS,
            "Classes that report the older kind of metrics."),
        new SettingDefinition("leader.imbalance.check.interval.seconds", LONG, 300L, atLeast(1),
            FIXED, HONOURED,
            "How often leadership is compared with the preferred leaders."),
        new SettingDefinition("max.request.partition.size.limit", INT, 2000L, atLeast(1), FIXED,
            HONOURED,
            "Partitions that one DescribeTopicPartitions answer may hold."),
        new SettingDefinition("metadata.log.dir", STRING, null, ANY, FIXED, OWN_METADATA_LOG,
            "Directory of the cluster's metadata, where it is not the data directory."),
        new SettingDefinition("metadata.log.max.record.bytes.between.snapshots", LONG, 20_971_520L,
            atLeast(1), FIXED, OWN_METADATA_LOG,
            "Bytes of metadata changes after which a snapshot is written."),
        new SettingDefinition("metadata.log.max.snapshot.interval.ms", LONG, 3_600_000L, atLeast(0),
            FIXED, OWN_METADATA_LOG,
            "Longest time between two snapshots of the metadata."),
        new SettingDefinition("metadata.log.segment.bytes", INT, 1_073_741_824L, atLeast(8_388_608),
            FIXED, OWN_METADATA_LOG,
            "Size at which a new file of the metadata log is begun."),
        new SettingDefinition("metadata.log.segment.ms", LONG, 604_800_000L, ANY, FIXED,
            OWN_METADATA_LOG,
            "Age at which a new file of the metadata log is begun."),
        new SettingDefinition("metadata.max.idle.interval.ms", INT, 500L, atLeast(0), FIXED,
            NO_QUORUM,
            "How often an idle controller writes an empty change to show that it leads."),
        new SettingDefinition("metadata.max.retention.bytes", LONG, 104_857_600L, ANY, FIXED,
            OWN_METADATA_LOG,
            "Bytes of old metadata logs and snapshots that are kept."),
        new SettingDefinition("metadata.max.retention.ms", LONG, 604_800_000L, ANY, FIXED,
            OWN_METADATA_LOG,
            "Age at which old metadata logs and snapshots are removed."),
        new SettingDefinition("metric.reporters", LIST,
            List.of("org.apache.kafka.common.metrics.JmxReporter"), ANY, CLUSTER, NO_REPORTERS,
            "Classes that are given every metric of the broker."),
        new SettingDefinition("metrics.num.samples", INT, 2L, atLeast(1), FIXED, NO_REPORTERS,
            "Samples from which a metric's rate is computed."),
        new SettingDefinition("metrics.recording.level", STRING, "INFO", ANY, FIXED, NO_REPORTERS,
            "How detailed the recorded metrics are."),
        new SettingDefinition("metrics.sample.window.ms", LONG, 30_000L, atLeast(1), FIXED,
            NO_REPORTERS,
            "Length of one sample of a metric."),
        new SettingDefinition("naru.balance.bytes.per.second", LONG, 52_428_800L, atLeast(0),
            CLUSTER, HONOURED,
            "Bytes per second that a node copies at most for moves that the cluster makes by "
                + "itself. It must be more than what is written to a partition that moves."),
        new SettingDefinition("naru.balance.enable", BOOLEAN, true, ANY, CLUSTER, HONOURED,
            "Lets the cluster move replicas by itself: away from nodes that are lost or being "
                + "emptied, and to nodes that have less than others. Turned off, moves of its own "
                + "that are under way are taken back."),
        new SettingDefinition("naru.grow.replicas.max", INT, 3L, between(1, 100), CLUSTER,
            HONOURED,
            "Replicas that a topic gets as far as there are nodes, and more as nodes join, when "
                + "its creator did not say how many; default.replication.factor is the least."),
        new SettingDefinition("naru.heal.after.ms", LONG, 300_000L, atLeast(0), CLUSTER, HONOURED,
            "How long a node must have been away before its replicas are rebuilt on other nodes."),
        new SettingDefinition("naru.loops", INT, 0L, between(0, 1024), FIXED, HONOURED,
            "Loops, each a thread, that share partitions and connections among them. 0 takes "
                + "one per core."),
        new SettingDefinition("naru.metrics.partitions.max", INT, 5_000L, atLeast(0), CLUSTER,
            HONOURED,
            "Partitions of a cluster up to which metrics tell of each; of more only what they make "
                + "together. The lag of groups is always told."),
        new SettingDefinition("naru.nodes.draining", LIST, List.of(), NODES, CLUSTER, HONOURED,
            "Nodes that are given nothing new and whose replicas move to others until they are "
                + "empty. It counts as set for the whole cluster only."),
        new SettingDefinition("node.id", INT, 1L, atLeast(0), FIXED, HONOURED,
            "Number of this node. It is stored in the data directory and must stay the same."),
        new SettingDefinition("num.io.threads", INT, 8L, atLeast(1), CLUSTER, LOOPS_NOT_THREADS,
            "Threads that work on requests."),
        new SettingDefinition("num.network.threads", INT, 3L, atLeast(1), CLUSTER,
            LOOPS_NOT_THREADS,
            "Threads that read and write sockets."),
        new SettingDefinition("num.partitions", INT, 1L, atLeast(1), FIXED, HONOURED,
            "Partitions of a new topic when its creator does not say."),
        new SettingDefinition("num.recovery.threads.per.data.dir", INT, 2L, atLeast(1), CLUSTER,
            LOOPS_NOT_THREADS,
            "Threads that check a data directory after a crash."),
        new SettingDefinition("process.roles", LIST, List.of("broker", "controller"),
            filled(oneOf("broker", "controller")), FIXED, HONOURED,
            "What this process is: broker, controller or both. Naru is always both, and refuses "
                + "to be a controller only."),
        new SettingDefinition("quota.window.num", INT, 11L, atLeast(1), FIXED, NO_QUOTAS,
            "Samples kept to measure the rates of clients."),
        new SettingDefinition("quota.window.size.seconds", INT, 1L, atLeast(1), FIXED, NO_QUOTAS,
            "Length of one sample of the rates of clients."),
        new SettingDefinition("server.max.startup.time.ms", LONG, Long.MAX_VALUE, atLeast(0), FIXED,
            NO_SUCH_PART, true,
            "A start that takes longer than this is given up."),
        new SettingDefinition("telemetry.max.bytes", INT, 1_048_576L, atLeast(1), FIXED,
            NO_TELEMETRY,
            "Largest batch of its own metrics that a client may send to the broker."),
        new SettingDefinition("unstable.api.versions.enable", BOOLEAN, false, ANY, FIXED,
            NO_SUCH_PART, true,
            "Offers versions of the protocol that are not settled yet."),
        new SettingDefinition("unstable.feature.versions.enable", BOOLEAN, false, ANY, FIXED,
            NO_SUCH_PART, true,
            "Allows feature levels that are not settled yet."));
}

package dev.naru.config;

import java.util.ArrayList;
import java.util.List;

/// What must hold between the settings of a broker, each single one being right.
final class BrokerRelations {
    private static final long CLEANER_BYTES_MIN = 1024 * 1024;

    /// One setting that must not exceed another.
    private record Order(String smaller, String greater) {}

    private static final List<Order> ORDERS = List.of(
        new Order("group.min.session.timeout.ms", "group.max.session.timeout.ms"),
        new Order("log.cleaner.min.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"),
        new Order("replica.fetch.wait.max.ms", "replica.socket.timeout.ms"),
        new Order("replica.fetch.wait.max.ms", "replica.lag.time.max.ms"),
        new Order("group.streams.num.standby.replicas", "group.streams.max.standby.replicas"),
        new Order("group.streams.num.warmup.replicas", "group.streams.max.warmup.replicas"),
        new Order("group.streams.min.task.offset.interval.ms",
            "group.streams.task.offset.interval.ms"),
        new Order("group.consumer.min.session.timeout.ms", "group.consumer.session.timeout.ms"),
        new Order("group.consumer.session.timeout.ms", "group.consumer.max.session.timeout.ms"),
        new Order("group.consumer.min.heartbeat.interval.ms",
            "group.consumer.heartbeat.interval.ms"),
        new Order("group.consumer.heartbeat.interval.ms",
            "group.consumer.max.heartbeat.interval.ms"),
        new Order("group.consumer.min.assignment.interval.ms",
            "group.consumer.assignment.interval.ms"),
        new Order("group.consumer.assignment.interval.ms",
            "group.consumer.max.assignment.interval.ms"),
        new Order("group.share.min.session.timeout.ms", "group.share.session.timeout.ms"),
        new Order("group.share.session.timeout.ms", "group.share.max.session.timeout.ms"),
        new Order("group.share.min.heartbeat.interval.ms", "group.share.heartbeat.interval.ms"),
        new Order("group.share.heartbeat.interval.ms", "group.share.max.heartbeat.interval.ms"),
        new Order("group.share.min.assignment.interval.ms", "group.share.assignment.interval.ms"),
        new Order("group.share.assignment.interval.ms", "group.share.max.assignment.interval.ms"),
        new Order("group.share.min.record.lock.duration.ms", "group.share.record.lock.duration.ms"),
        new Order("group.share.record.lock.duration.ms", "group.share.max.record.lock.duration.ms"),
        new Order("group.share.min.delivery.count.limit", "group.share.delivery.count.limit"),
        new Order("group.share.delivery.count.limit", "group.share.max.delivery.count.limit"),
        new Order("group.share.min.partition.max.record.locks",
            "group.share.partition.max.record.locks"),
        new Order("group.share.partition.max.record.locks",
            "group.share.max.partition.max.record.locks"),
        new Order("group.streams.min.session.timeout.ms", "group.streams.session.timeout.ms"),
        new Order("group.streams.session.timeout.ms", "group.streams.max.session.timeout.ms"),
        new Order("group.streams.min.heartbeat.interval.ms", "group.streams.heartbeat.interval.ms"),
        new Order("group.streams.heartbeat.interval.ms", "group.streams.max.heartbeat.interval.ms"),
        new Order("group.streams.min.assignment.interval.ms",
            "group.streams.assignment.interval.ms"),
        new Order("group.streams.assignment.interval.ms",
            "group.streams.max.assignment.interval.ms"));

    private final Settings settings;
    private final List<String> problems = new ArrayList<>();

    private BrokerRelations(Settings settings) {
        this.settings = settings;
    }

    /// What is wrong, each as a whole sentence.
    static List<String> problems(Settings settings) {
        var relations = new BrokerRelations(settings);
        relations.checkNode();
        relations.checkLog();
        relations.checkConnections();
        relations.checkCertificates();
        relations.checkOrders();
        relations.problems.addAll(Listeners.problems(settings));
        return List.copyOf(relations.problems);
    }

    private void checkNode() {
        boolean isTwice = settings.isGiven("broker.id") && settings.isGiven("node.id");
        require(!isTwice || settings.number("broker.id") == settings.number("node.id"),
            "'broker.id' and 'node.id' must agree when both are given");
        require(settings.list("process.roles").contains("broker"),
            "'process.roles' is refused: this release does not run a controller on its own");
        boolean isNumbered = settings.isGiven("node.id") || settings.number("broker.id") >= 0;
        require(isNumbered || settings.flag("broker.id.generation.enable"), "'node.id' must be"
            + " given, since 'broker.id.generation.enable' is false");
        for (var server : settings.list("controller.quorum.bootstrap.servers")) {
            require(isAddress(server), "'controller.quorum.bootstrap.servers' must hold host:port,"
                + " not '" + server + "'");
        }
        for (var voter : settings.list("controller.quorum.voters")) {
            if (QuorumVoter.parse(voter).isEmpty()) {
                problems.add("'controller.quorum.voters' must hold id@host:port or "
                    + "id@host:port:directoryId, not '" + voter + "'");
            }
        }
        if (settings.list("controller.quorum.voters").size() > 1) checkQuorum();
        requireOneDirectory("log.dirs");
        requireOneDirectory("log.dir");
    }

    /// Several voters: each is known by its directory, and nodes have a listener among themselves.
    private void checkQuorum() {
        var voters = settings.quorumVoters();
        for (var voter : voters) {
            require(voter.directoryId().isPresent(), "'controller.quorum.voters' must say the "
                + "directory id of node " + voter.nodeId() + ", as id@host:port:directoryId, so "
                + "that an emptied directory does not vote; naru storage format "
                + "--initial-controllers writes it into each directory");
        }
        require(voters.stream().map(QuorumVoter::nodeId).distinct().count() == voters.size(),
            "'controller.quorum.voters' names a node twice");
        require(voters.stream().anyMatch(voter -> voter.nodeId() == settings.nodeId()),
            "'controller.quorum.voters' does not name this node, " + settings.nodeId());
        for (var voter : voters) {
            boolean isSelf = voter.nodeId() == settings.nodeId();
            require(!isSelf || isQuorumSafe(voter), "'controller.quorum.voters' has this node at "
                + voter.host() + ", where other machines can reach it, in plaintext; give the "
                + "listener of 'inter.broker.listener.name' SSL, or set "
                + "naru.internode.plaintext=true to have it so");
        }
        require(settings.peerListener().isPresent(), "'inter.broker.listener.name' must name "
            + "a listener that only the nodes of the cluster use, beside that of clients: "
            + "listeners=PLAINTEXT://HOST:9092,PEERS://HOST:9192");
    }

    private boolean isQuorumSafe(QuorumVoter self) {
        return settings.isPeerListenerSecured()
            || settings.flag(BrokerNames.NARU_INTERNODE_PLAINTEXT)
            || new Listener("QUORUM", self.host(), self.port()).isLoopback();
    }

    /// Certificates that are named come with those that are believed, and are for nodes only.
    private void checkCertificates() {
        boolean hasKey = isGiven("ssl.keystore.location") || isGiven("ssl.keystore.key");
        boolean hasTrust = isGiven("ssl.truststore.location")
            || isGiven("ssl.truststore.certificates");
        require(hasKey == hasTrust, "'ssl.keystore' and 'ssl.truststore' settings come together: "
            + "what this node shows, and whom it believes");
        require(isGiven("ssl.keystore.key") == isGiven("ssl.keystore.certificate.chain"),
            "'ssl.keystore.key' and 'ssl.keystore.certificate.chain' come together");
        require(!hasKey || settings.isPeerListenerSecured(), "'ssl.keystore' settings are for the "
            + "listener of 'inter.broker.listener.name', which has no SSL in "
            + "'listener.security.protocol.map'");
        var check = settings.find("ssl.endpoint.identification.algorithm").orElse("");
        require(check.isEmpty() || check.equalsIgnoreCase("https"),
            "'ssl.endpoint.identification.algorithm' must be https or empty, not '" + check
                + "'");
    }

    private boolean isGiven(String name) {
        return settings.isGiven(name) && !settings.find(name).orElse("").isEmpty();
    }

    private static boolean isAddress(String text) {
        return QuorumVoter.parse("0@" + text).filter(at -> at.directoryId().isEmpty()).isPresent();
    }

    private void requireOneDirectory(String name) {
        int count = settings.list(name).size();
        if (count <= 1) return;
        problems.add(
            "'" + name + "' is refused: it names " + count + " directories, and Naru uses one");
    }

    private void checkLog() {
        requireSomeRetention("log.retention.ms");
        requireSomeRetention("log.retention.minutes");
        requireSomeRetention("log.retention.hours");
        requireAtLeast("log.roll.ms", 1);
        requireAtLeast("log.roll.jitter.ms", 0);
        requireAtLeast("log.flush.interval.ms", 0);
        long perThread = settings.number("log.cleaner.dedupe.buffer.size")
            / Math.max(1, settings.number("log.cleaner.threads"));
        require(perThread >= CLEANER_BYTES_MIN,
            "'log.cleaner.dedupe.buffer.size' must be at least 1 MiB per cleaner thread");
    }

    private void checkConnections() {
        long queued = settings.number("queued.max.request.bytes");
        require(queued <= 0 || queued >= settings.number("socket.request.max.bytes"),
            "'queued.max.request.bytes' must be -1 or at least 'socket.request.max.bytes'");
        var exceptions = settings.text("max.connections.per.ip.overrides");
        require(Listeners.areCounts(exceptions),
            "'max.connections.per.ip.overrides' must hold host:count entries");
        require(settings.number("max.connections.per.ip") > 0 || !exceptions.isEmpty(),
            "'max.connections.per.ip' can be 0 only with 'max.connections.per.ip.overrides'");
    }

    private void checkOrders() {
        for (var order : ORDERS) {
            if (settings.number(order.smaller()) > settings.number(order.greater())) {
                problems.add("'" + order.smaller() + "' must not exceed '" + order.greater() + "'");
            }
        }
        requireHeartbeats("group.consumer.heartbeat.interval.ms",
            "group.consumer.session.timeout.ms");
        requireHeartbeats("group.share.heartbeat.interval.ms", "group.share.session.timeout.ms");
        requireHeartbeats("group.streams.heartbeat.interval.ms",
            "group.streams.session.timeout.ms");
    }

    private void requireHeartbeats(String heartbeat, String session) {
        if (settings.number(heartbeat) < settings.number(session)) return;
        problems.add("'" + heartbeat + "' must be less than '" + session + "'");
    }

    private void requireAtLeast(String name, long least) {
        if (settings.value(name).isEmpty() || settings.number(name) >= least) return;
        problems.add("'" + name + "' must be at least " + least);
    }

    private void requireSomeRetention(String name) {
        if (settings.value(name).isEmpty() || settings.number(name) != 0) return;
        problems.add("'" + name + "' must be at least 1, or -1 for no limit");
    }

    private void require(boolean holds, String problem) {
        if (!holds) problems.add(problem);
    }
}

package dev.naru.sim;

import java.util.Map;
import java.util.TreeMap;

/// What a run has of queues: how many members, and what their group is told. Drawn from a stream of
/// its own, so that seeds without queues run as if there were none. Where records are given up early
/// there is always a topic for dead letters: each record must end somewhere.
record QueuePlan(int members, int keys, int deliveriesMax, boolean hasDeadLetters, int restMs) {
    static final String GROUP = "queue";
    /// Where dead letters go.
    static final String LETTERS = "dlq.queue";
    static final int LOCK_MS = 1_000;
    /// As many as the simulated node allows.
    static final int DELIVERIES_MOST = 25;
    private static final int KEYS = 5;

    static QueuePlan draw(SimEntropy chance) {
        int members = chance.oneIn(2) ? 1 + chance.below(3) : 0;
        int keys = chance.oneIn(3) ? KEYS : 0;
        boolean isShort = chance.oneIn(3);
        int deliveriesMax = isShort ? 2 + chance.below(3) : DELIVERIES_MOST;
        boolean hasDeadLetters = isShort || chance.oneIn(3);
        int restMs = chance.oneIn(3) ? 50 + chance.below(300) : 0;
        return new QueuePlan(members, members > 0 ? keys : 0, deliveriesMax,
            members > 0 && hasDeadLetters, restMs);
    }

    /// All records of a key are lent in their order.
    boolean keepsKeyOrder() {
        return keys > 0;
    }

    /// What a node with queues is told: everything is small and often.
    static Map<String, String> nodeSettings() {
        var given = new TreeMap<String, String>();
        given.put("group.share.min.record.lock.duration.ms", "1000");
        given.put("group.share.min.session.timeout.ms", "1000");
        given.put("group.share.min.heartbeat.interval.ms", "100");
        given.put("group.share.max.delivery.count.limit", "25");
        given.put("share.coordinator.state.topic.num.partitions", "2");
        given.put("share.coordinator.state.topic.replication.factor", "1");
        // the state of one share partition must fit, however its records alternate
        given.put("share.coordinator.state.topic.segment.bytes", "16384");
        given.put("share.coordinator.state.topic.prune.interval.ms", "1500");
        given.put("share.coordinator.snapshot.update.records.per.snapshot", "20");
        return given;
    }

    /// What the group is told.
    Map<String, String> settings() {
        var settings = new TreeMap<String, String>();
        settings.put("share.auto.offset.reset", "earliest");
        settings.put("share.delivery.count.limit", String.valueOf(deliveriesMax));
        settings.put("share.session.timeout.ms", "2000");
        settings.put("share.heartbeat.interval.ms", "300");
        settings.put("share.record.lock.duration.ms", String.valueOf(LOCK_MS));
        settings.put("naru.share.key.order", String.valueOf(keepsKeyOrder()));
        settings.put("naru.share.backoff.initial.ms", String.valueOf(restMs));
        if (hasDeadLetters) {
            settings.put("errors.deadletterqueue.topic.name", LETTERS);
            settings.put("errors.deadletterqueue.copy.record.enable", "true");
        }
        return settings;
    }
}

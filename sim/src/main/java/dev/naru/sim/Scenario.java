package dev.naru.sim;

import dev.naru.client.Slot;
import dev.naru.config.BrokerNames;
import dev.naru.config.Settings;
import dev.naru.config.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What one run is made of, drawn from its seed: the node's settings, topics, clients. Everything
/// is small, so that rolls, retention and recovery happen all the time.
record Scenario(Map<String, String> nodeSettings, int loops, List<TopicPlan> topics,
    List<Slot> kept, List<Slot> shortened, List<ProducerRole.Pace> paces, int readers, int members,
    long safetyMs, int transactors, int chains, QueuePlan queue) {
    static final String KEPT = "orders";
    static final String SHORTENED = "clicks";
    static final String TRIMMED = "metrics";
    /// Written by transactions only.
    static final String PAID = "payments";
    /// Made of what was paid, by a chain.
    static final String RECEIPTS = "receipts";
    /// Only [CompactedRole] uses it.
    static final String COMPACTED = "accounts";

    static Scenario draw(SimEntropy chance, QueuePlan queue, boolean isFlushMode, int firstEpoch) {
        var node = nodeSettings(chance, isFlushMode);
        node.put(BrokerNames.NARU_TRANSACTION_FIRST_EPOCH, String.valueOf(firstEpoch));
        if (queue.members() > 0) node.putAll(QueuePlan.nodeSettings());
        var topics = new ArrayList<>(List.of(
            new TopicPlan(KEPT, 1 + chance.below(3), small(chance)),
            new TopicPlan(SHORTENED, 1 + chance.below(2), small(chance)),
            new TopicPlan(TRIMMED, 1, trimmed(chance)),
            new TopicPlan(PAID, 2 + chance.below(2), small(chance)),
            new TopicPlan(RECEIPTS, 1 + chance.below(2), small(chance)),
            new TopicPlan(COMPACTED, 1, compacted())));
        if (queue.members() > 0) topics.add(new TopicPlan(ShelfRole.TOPIC, 1, shelf()));
        if (queue.hasDeadLetters()) topics.add(new TopicPlan(QueuePlan.LETTERS, 1, letters()));
        var paces = new ArrayList<ProducerRole.Pace>();
        int producers = 2 + chance.below(3);
        for (int index = 0; index < producers; index++) {
            paces.add(new ProducerRole.Pace(5 + chance.below(150), 1 + chance.below(6),
                chance.oneIn(3) ? 20 : 400, 30 + chance.below(200), 100 + chance.below(400),
                queue.keys()));
        }
        return new Scenario(node, 1 + chance.below(2), topics, slots(topics.get(0)),
            slots(topics.get(1)), paces, 1 + chance.below(2), chance.below(4),
            3_000 + chance.below(7_000), chance.below(3), chance.below(3),
            queue);
    }

    private static Map<String, String> nodeSettings(SimEntropy chance, boolean isFlushMode) {
        var given = new TreeMap<String, String>();
        given.put(BrokerNames.LISTENERS, "PLAINTEXT://node:9092");
        given.put(BrokerNames.NARU_INSECURE, "true");
        given.put(BrokerNames.NARU_INTERNODE_PLAINTEXT, "true");
        given.put(BrokerNames.NARU_FLUSH_ON_ACK, String.valueOf(isFlushMode));
        given.put(BrokerNames.LOG_RETENTION_CHECK_INTERVAL_MS, "900");
        given.put(BrokerNames.LOG_INITIAL_TASK_DELAY_MS, "900");
        given.put(BrokerNames.LOG_CLEANER_BACKOFF_MS, "300");
        given.put(BrokerNames.LOG_CLEANER_DEDUPE_BUFFER_SIZE, "1048577");
        given.put(BrokerNames.LOG_FLUSH_OFFSET_CHECKPOINT_INTERVAL_MS,
            String.valueOf(isFlushMode ? 200 + chance.below(2_000) : 20_000));
        given.put(BrokerNames.OFFSETS_TOPIC_NUM_PARTITIONS, "2");
        given.put(BrokerNames.OFFSETS_TOPIC_REPLICATION_FACTOR, "1");
        given.put(BrokerNames.OFFSETS_TOPIC_SEGMENT_BYTES, "4096");
        given.put(BrokerNames.TRANSACTION_STATE_LOG_NUM_PARTITIONS, "2");
        given.put(BrokerNames.TRANSACTION_STATE_LOG_SEGMENT_BYTES, "4096");
        given.put(BrokerNames.TRANSACTION_ABORT_CHECK_INTERVAL_MS, "300");
        given.put(BrokerNames.GROUP_MIN_SESSION_TIMEOUT_MS, "500");
        given.put(BrokerNames.GROUP_INITIAL_REBALANCE_DELAY_MS,
            String.valueOf(chance.below(300)));
        given.put("group.consumer.min.session.timeout.ms", "500");
        given.put("group.consumer.session.timeout.ms", String.valueOf(EpochRole.SESSION_MS));
        given.put("group.consumer.min.heartbeat.interval.ms", "50");
        given.put("group.consumer.heartbeat.interval.ms", "200");
        given.put("group.consumer.assignment.interval.ms", String.valueOf(chance.below(500)));
        given.put("group.streams.min.session.timeout.ms", "500");
        given.put("group.streams.session.timeout.ms", String.valueOf(ThreadRole.SESSION_MS));
        given.put("group.streams.min.heartbeat.interval.ms", "50");
        given.put("group.streams.heartbeat.interval.ms", "200");
        given.put("group.streams.assignment.interval.ms", "100");
        given.put("group.streams.initial.rebalance.delay.ms", "200");
        given.put("group.streams.num.standby.replicas", "1");
        return given;
    }

    private static Map<String, String> small(SimEntropy chance) {
        var configs = new TreeMap<String, String>();
        configs.put(TopicNames.INTERNAL_SEGMENT_BYTES, String.valueOf(4096 + chance.below(8192)));
        configs.put(TopicNames.INDEX_INTERVAL_BYTES, "64");
        if (chance.oneIn(4)) configs.put(TopicNames.MESSAGE_TIMESTAMP_TYPE, "LogAppendTime");
        if (chance.oneIn(6)) configs.put(TopicNames.COMPRESSION_TYPE, "gzip");
        if (chance.oneIn(4)) configs.put(TopicNames.SEGMENT_INDEX_BYTES, "96");
        configs.put(TopicNames.MESSAGE_TIMESTAMP_AFTER_MAX_MS, String.valueOf(Long.MAX_VALUE));
        return configs;
    }

    private static Map<String, String> trimmed(SimEntropy chance) {
        var configs = small(chance);
        configs.put(TopicNames.RETENTION_BYTES, String.valueOf(8_000 + chance.below(16_000)));
        return configs;
    }

    private static Map<String, String> compacted() {
        var configs = new TreeMap<String, String>();
        configs.put(TopicNames.CLEANUP_POLICY, "compact");
        configs.put(TopicNames.INTERNAL_SEGMENT_BYTES, "3000");
        configs.put(TopicNames.INDEX_INTERVAL_BYTES, "64");
        configs.put(TopicNames.MIN_CLEANABLE_DIRTY_RATIO, "0.3");
        configs.put(TopicNames.DELETE_RETENTION_MS, "500");
        configs.put(TopicNames.MESSAGE_TIMESTAMP_AFTER_MAX_MS, String.valueOf(Long.MAX_VALUE));
        return configs;
    }

    /// The node's wall clock may be far behind that of its clients.
    private static Map<String, String> shelf() {
        return Map.of(TopicNames.MESSAGE_TIMESTAMP_AFTER_MAX_MS, String.valueOf(Long.MAX_VALUE));
    }

    private static Map<String, String> letters() {
        var configs = new TreeMap<String, String>();
        configs.put(TopicNames.ERRORS_DEADLETTERQUEUE_GROUP_ENABLE, "true");
        return configs;
    }

    private static List<Slot> slots(TopicPlan plan) {
        var slots = new ArrayList<Slot>();
        for (int index = 0; index < plan.partitions(); index++) {
            slots.add(new Slot(plan.name(), index));
        }
        return slots;
    }

    List<Slot> allSlots() {
        var all = new ArrayList<>(kept);
        all.addAll(shortened);
        all.add(new Slot(TRIMMED, 0));
        return all;
    }

    /// Everything that can be moved, of the broker's own topics too.
    List<Slot> everySlot() {
        var all = new ArrayList<Slot>();
        for (var topic : topics)
            all.addAll(slots(topic));
        for (var internal : List.of("__consumer_offsets", "__transaction_state"))
            all.addAll(slots(new TopicPlan(internal, 2, Map.of())));
        all.add(new Slot("__share_group_state", 0));
        return all;
    }

    /// Where transactions write.
    List<Slot> transactional() {
        var all = new ArrayList<>(paid());
        all.addAll(slots(topics.get(4)));
        return all;
    }

    List<Slot> paid() {
        return slots(topics.get(3));
    }

    /// What a node is started with; `more` stands above what all have.
    Settings settings(Map<String, String> more) {
        var given = new TreeMap<>(nodeSettings);
        given.putAll(more);
        return switch (Settings.of(given)) {
            case Settings.Outcome.Accepted accepted -> accepted.settings();
            case Settings.Outcome.Rejected rejected ->
                throw new IllegalStateException(rejected.problems().toString());
        };
    }
}

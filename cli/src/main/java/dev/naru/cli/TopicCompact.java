package dev.naru.cli;

import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteRecordsOptions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/// `naru topic compact`: has compacted topics compacted at once, by a DeleteRecords whose offset
/// says so.
final class TopicCompact implements Command {
    /// In place of an offset: delete what compaction may drop.
    private static final long COMPACT_NOW = -2;
    private static final int TIMEOUT_MS = 3_600_000;

    @Override public Flags flags() {
        return Flags.of("naru topic compact",
            "Compacts topics with cleanup.policy=compact: of each key the newest record stays.")
            .words("NAME...", "1..*", "The topics' names.")
            .on("--now", "At once, however little there is to gain, and waits for it.")
            .cluster().json();
    }

    @Override public int run(Given given, Terminal terminal) {
        if (!given.has("--now")) {
            throw Failed.usage("say --now: without it a topic is compacted when it is worth it");
        }
        try (Admin admin = Link.of(given).admin()) {
            var asked = new TreeMap<TopicPartition, RecordsToDelete>(Order.BY_PARTITION);
            for (var topic : Topics.described(admin, given.words()).values()) {
                for (var partition : topic.partitions()) {
                    asked.put(new TopicPartition(topic.name(), partition.partition()),
                        RecordsToDelete.beforeOffset(COMPACT_NOW));
                }
            }
            var options = new DeleteRecordsOptions().timeoutMs(TIMEOUT_MS);
            var answers = admin.deleteRecords(asked, options).lowWatermarks();
            var outcome = new Outcome("compacted");
            for (var partition : asked.keySet())
                outcome.add(partition.toString(), answers.get(partition));
            return outcome.print(terminal, given.json(), "naru topic compact");
        }
    }
}

package dev.naru.cli;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import tools.jackson.databind.JsonNode;

/// kafka-delete-records.
final class KafkaDeleteRecords implements Command {
    @Override public Flags flags() {
        return Flags.of("kafka-delete-records", "Deletes the records before given offsets.")
            .text("--offset-json-file", "file",
                "{\"partitions\":[{\"topic\":\"t\",\"partition\":0,\"offset\":3}],\"version\":1};"
                    + " offset -1 is the end.")
            .kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return "ERROR: ";
    }

    @Override public int run(Given given, Terminal terminal) {
        String file = given.required("--offset-json-file");
        Map<TopicPartition, RecordsToDelete> asked = parse(file, Json.file(file));
        try (Admin admin = Link.ofKafka(given).admin()) {
            terminal.line("Executing records delete operation");
            var known = new TreeMap<TopicPartition, RecordsToDelete>(Order.BY_PARTITION);
            known.putAll(asked);
            Set<TopicPartition> existing = GroupLag.existing(admin, topics(asked.keySet()));
            known.keySet().retainAll(existing);
            var answers = admin.deleteRecords(known).lowWatermarks();
            terminal.line("Records delete operation completed:");
            int code = 0;
            for (TopicPartition partition : asked.keySet()) {
                try {
                    var answer = answers.get(partition);
                    if (answer == null)
                        throw new UnknownTopicOrPartitionException(
                            "there is no such partition");
                    terminal.line("partition: " + partition + "\tlow_watermark: "
                        + Explain.get(answer).lowWatermark());
                } catch (KafkaException e) {
                    terminal.line("partition: " + partition + "\terror: " + Explain.line(e));
                    code = Failed.FAILED;
                }
            }
            return code;
        }
    }

    static Map<TopicPartition, RecordsToDelete> parse(String file, JsonNode root) {
        int version = root.path("version").asInt(1);
        if (version != 1) throw Failed.because(file + " has version " + version + ", not 1");
        if (!root.path("partitions").isArray()) {
            throw Failed.because(file + " has no list of 'partitions'");
        }
        var asked = new TreeMap<TopicPartition, RecordsToDelete>(Order.BY_PARTITION);
        for (JsonNode one : root.path("partitions")) {
            boolean whole = one.path("topic").isString() && one.path("partition").isInt()
                && one.path("offset").isIntegralNumber();
            if (!whole) {
                throw Failed.because(file + " has a partition without topic, partition, offset: "
                    + one);
            }
            var partition = new TopicPartition(one.path("topic").asString(),
                one.path("partition").asInt());
            var limit = RecordsToDelete.beforeOffset(one.path("offset").asLong());
            if (asked.put(partition, limit) != null) {
                throw Failed.because(file + " names " + partition + " twice");
            }
        }
        return asked;
    }

    private static Set<String> topics(Set<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
    }
}

package dev.naru.compat.share;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;

/// A share group of one test, and the moves that most tests make with it.
final class Queue {
    private final Broker broker;
    private final String group;

    Queue(Broker broker, String group) {
        this.broker = broker;
        this.group = group;
    }

    String group() {
        return group;
    }

    /// Sets settings of the group.
    void configure(Admin admin, Map<String, String> settings) {
        var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        var changes = settings.entrySet().stream()
            .map(each -> new AlterConfigOp(new ConfigEntry(each.getKey(), each.getValue()),
                AlterConfigOp.OpType.SET))
            .toList();
        Clients.got(admin.incrementalAlterConfigs(Map.of(resource, changes)).all());
    }

    void fromTheStart(Admin admin) {
        configure(admin, Map.of("share.auto.offset.reset", "earliest"));
    }

    /// A member that acknowledges with each poll what the last one gave.
    ShareConsumer<String, String> member(String topic) {
        return member(topic, Map.of());
    }

    /// A member that says of each record what it made of it.
    ShareConsumer<String, String> careful(String topic) {
        return member(topic, Map.of("share.acknowledgement.mode", "explicit"));
    }

    ShareConsumer<String, String> member(String topic, Map<String, Object> more) {
        var all = new HashMap<String, Object>();
        all.put("bootstrap.servers", broker.bootstrap());
        all.put("group.id", group);
        all.put("reconnect.backoff.max.ms", "100");
        all.put("retry.backoff.max.ms", "100");
        all.putAll(more);
        var consumer = new KafkaShareConsumer<>(all, new StringDeserializer(),
            new StringDeserializer());
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    /// Polls until so many records came.
    static List<ConsumerRecord<String, String>> take(ShareConsumer<String, String> from,
        int count) {
        var found = new ArrayList<ConsumerRecord<String, String>>();
        Clients.eventually(count + " records", () -> {
            from.poll(Duration.ofMillis(200)).forEach(found::add);
            return found.size() >= count;
        });
        return found;
    }

    static List<String> values(List<ConsumerRecord<String, String>> records) {
        return records.stream().map(ConsumerRecord::value).toList();
    }
}

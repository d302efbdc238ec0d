package dev.naru.compat.client;

import dev.naru.compat.broker.Clients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/// Members of one group, turned in one thread: each poll of one may move the rebalance of all.
final class Members implements AutoCloseable {
    private final Clients clients;
    private final String group;
    private final String topic;
    private final Map<String, Object> settings;
    private final List<Member> all = new ArrayList<>();
    private final Set<String> readBefore = new HashSet<>();

    Members(Clients clients, String topic, Map<String, Object> settings) {
        this.clients = clients;
        this.group = Clients.name("group");
        this.topic = topic;
        this.settings = settings;
    }

    String group() {
        return group;
    }

    Member join(Map<String, Object> more) {
        var own = new HashMap<>(settings);
        own.putAll(more);
        var member = new Member(clients.member(group, own));
        member.consumer.subscribe(List.of(topic), member);
        all.add(member);
        return member;
    }

    Member join() {
        return join(Map.of());
    }

    /// Polls all until each partition of the topic has one owner, and every member has this many.
    void settle(int partitions, int leastEach) {
        Clients.eventually("a share for everyone in " + group, () -> {
            all.forEach(Member::poll);
            var owned = new HashSet<TopicPartition>();
            int count = 0;
            for (var member : all) {
                var own = member.consumer.assignment();
                if (own.size() < leastEach) return false;
                count += own.size();
                owned.addAll(own);
            }
            return owned.size() == partitions && count == partitions;
        });
    }

    /// One less: its consumer is closed in whatever way.
    void forget(Member member) {
        all.remove(member);
        readBefore.addAll(member.read);
    }

    /// Records read by those who are members now.
    int readCount() {
        return all.stream().mapToInt(member -> member.read.size()).sum();
    }

    /// Values that any member has ever read.
    Set<String> everRead() {
        var values = new HashSet<>(readBefore);
        all.forEach(member -> values.addAll(member.read));
        return values;
    }

    void commitAll() {
        all.forEach(member -> member.consumer.commitSync());
    }

    @Override public void close() {
        all.forEach(member -> member.consumer.close());
    }

    /// One consumer, and what it was told.
    static final class Member implements ConsumerRebalanceListener {
        final Consumer<String, String> consumer;
        final List<String> read = new ArrayList<>();
        final Set<TopicPartition> revoked = new HashSet<>();
        int rebalances;

        Member(Consumer<String, String> consumer) {
            this.consumer = consumer;
        }

        void poll() {
            consumer.poll(Duration.ofMillis(50)).forEach(one -> read.add(one.value()));
        }

        @Override public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            revoked.addAll(partitions);
        }

        @Override public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            rebalances++;
        }
    }
}

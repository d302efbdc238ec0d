package dev.naru.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.RetriableException;

/// What a cluster says of the replicas of a topic.
final class Replicas {
    private static final long POLL_MS = 100;

    private Replicas() {}

    /// Waits until every replica is in sync.
    static void awaitInSync(Admin admin, String topic, Duration most) throws Exception {
        await(admin, topic, most, one -> one.leader() != null
            && one.isr().size() == one.replicas().size());
    }

    /// Waits until the node has a replica of every partition, and all replicas are in sync.
    static void awaitMoved(Admin admin, String topic, int node, Duration most) throws Exception {
        await(admin, topic, most, one -> one.isr().size() == one.replicas().size()
            && one.isr().stream().anyMatch(replica -> replica.id() == node));
    }

    /// Waits until every partition is led by the first of its replicas.
    static void awaitPreferred(Admin admin, String topic, Duration most) throws Exception {
        await(admin, topic, most, one -> one.leader() != null
            && one.leader().id() == one.replicas().getFirst().id());
    }

    /// Gives all partitions to their preferred leaders, where they are not with them.
    static void preferFirst(Admin admin) throws Exception {
        admin.electLeaders(ElectionType.PREFERRED, null).partitions().get();
    }

    private static void await(Admin admin, String topic, Duration most,
        Predicate<TopicPartitionInfo> isDone) throws Exception {
        long beganNs = System.nanoTime();
        while (!describe(admin, topic).stream().allMatch(isDone)) {
            if (System.nanoTime() - beganNs > most.toNanos())
                throw new IOException("the replicas of " + topic + " do not get there");
            Thread.sleep(POLL_MS);
        }
    }

    private static List<TopicPartitionInfo> describe(Admin admin, String topic) throws Exception {
        while (true) {
            try {
                return admin.describeTopics(List.of(topic)).allTopicNames().get().values()
                    .iterator().next().partitions();
            } catch (ExecutionException failed) {
                if (!(failed.getCause() instanceof RetriableException)) throw failed;
                Thread.sleep(POLL_MS);
            }
        }
    }
}

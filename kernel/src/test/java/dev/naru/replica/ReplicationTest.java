package dev.naru.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.base.DiskFault;
import dev.naru.client.ClientTools;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TestDisk;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionLoop;
import dev.naru.partition.Replicas;
import dev.naru.partition.Term;
import dev.naru.shard.StepLoop;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A node with a replica of one partition, which it cannot always open.
final class ReplicationTest {
    private static final int SELF = OneNode.ID;
    private static final int LEADER = 2;
    private static final long RETRY_MS = Replication.RETRY_NS / 1_000_000;

    private final StepLoop loop = new StepLoop();
    private final TestDisk disk = new TestDisk();
    private final ScriptedLeader leader = new ScriptedLeader(loop);
    private final PartitionLoop shared = OneLoop.of(loop, disk);
    private final TopicImage topic = new TopicImage("topic", OneLoop.TOPIC,
        List.of(new PartitionImage(LEADER, 0, 0, List.of(SELF, LEADER), List.of(LEADER), List.of(),
            List.of())),
        false);
    private final Replication replication = new Replication(new ReplicaPorts(
        new ClientTools(leader, loop, loop, OneNode.ZERO, OneLoop.NO_CODECS), loop, _ -> {
        }, new Self(), () -> new ReplicaSettings(500, 1 << 20, 1 << 20, 100, 30_000)));
    private boolean isWorking;
    private int tries;

    @Test void what_could_not_be_opened_is_tried_again_until_it_works() {
        replication.changed(topic, List.of(0));
        loop.passMs(3 * RETRY_MS);
        assertEquals(4, tries);
        isWorking = true;
        loop.passMs(RETRY_MS);
        assertEquals(1, leader.fetched.size());
        loop.passMs(3 * RETRY_MS);
        assertEquals(5, tries);
    }

    @Test void what_is_gone_is_not_tried_again() {
        replication.changed(topic, List.of(0));
        replication.deleted(topic, List.of(0));
        loop.passMs(3 * RETRY_MS);
        assertEquals(1, tries);
    }

    @Test void after_the_end_nothing_is_tried() {
        replication.changed(topic, List.of(0));
        replication.close();
        loop.passMs(3 * RETRY_MS);
        assertEquals(1, tries);
    }

    private final class Self extends OneNode {
        @Override public Optional<Partition> open(TopicImage of, int index) {
            tries++;
            if (!isWorking) return Optional.empty();
            try {
                var id = OneLoop.partition(index);
                var partition = new Partition(id, OneLoop.log(id, loop, disk), shared,
                    OneLoop.SETTINGS, new Term(SELF, LEADER, 0,
                        new Replicas(0, List.of(SELF, LEADER), List.of(LEADER), 1)));
                partition.serve();
                return Optional.of(partition);
            } catch (DiskFault fault) {
                throw new AssertionError(fault);
            }
        }

        @Override public Optional<CopyBudget> budgetOf(TopicImage of, int index) {
            return Optional.empty();
        }

        @Override public void recordRecoveryPoints(Runnable done) {
            done.run();
        }
    }
}

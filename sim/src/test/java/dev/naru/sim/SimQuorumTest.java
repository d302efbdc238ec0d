package dev.naru.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Uuid;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.NodeIdentity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The model of the cluster's log under everything that it can do to a node: unkind, never unlawful.
final class SimQuorumTest {
    private static final long SECOND_NS = 1_000_000_000L;

    /// A cluster of three voters and an observer, and all that was ever said in it.
    private static final class Cluster {
        private final SimEntropy chance;
        private final World world;
        private final SimHost nature;
        private final SimNetwork network;
        private final SimQuorum quorum;
        private final List<Seat> seats = new ArrayList<>();
        private final TreeMap<Long, Long> valueByIndex = new TreeMap<>();
        private final TreeMap<Integer, Integer> leaderByEpoch = new TreeMap<>();
        private final TreeSet<Long> acknowledged = new TreeSet<>();
        private final TreeSet<Long> refused = new TreeSet<>();
        private final TreeSet<Long> unknown = new TreeSet<>();
        private long nextValue = 1;

        private Cluster(long seed) {
            chance = new SimEntropy(seed);
            world = new World(chance.split(), new SimTrace(null));
            nature = new SimHost(world, "nature", 0, chance.split());
            network = new SimNetwork(world, nature, chance.split());
            quorum = new SimQuorum(nature, chance.split(), network, List.of(1, 2, 3));
            for (int nodeId = 1; nodeId <= 4; nodeId++)
                seats.add(new Seat(this, nodeId));
        }

        private Seat seat(int nodeId) {
            return seats.get(nodeId - 1);
        }

        private void run(long seconds) {
            world.runUntil(world.nowNs() + seconds * SECOND_NS);
        }

        private long highestAtEnd() {
            long highest = 0;
            for (var seat : seats) {
                assertEquals(valueByIndex, seat.valueByIndex, "node " + seat.nodeId);
                highest = seat.valueByIndex.isEmpty() ? 0 : seat.valueByIndex.lastKey();
            }
            return highest;
        }
    }

    /// One node: it keeps what it is told, and proposes now and then while it leads.
    private static final class Seat implements MetadataLog.Listener {
        private final Cluster cluster;
        private final int nodeId;
        private final SimHost host;
        private Uuid directoryId;
        private @Nullable MetadataLog log;
        private @Nullable SimLoop loop;
        private TreeMap<Long, Long> valueByIndex = new TreeMap<>();
        private boolean isLeading;
        private boolean isLoaded;
        private int epoch;
        private int leaderId = Integer.MIN_VALUE;

        private Seat(Cluster cluster, int nodeId) {
            this.cluster = cluster;
            this.nodeId = nodeId;
            this.host = new SimHost(cluster.world, "n" + nodeId, nodeId, cluster.chance.split());
            this.directoryId = new Uuid(7, nodeId);
        }

        private void boot() {
            valueByIndex = new TreeMap<>();
            isLeading = false;
            isLoaded = false;
            loop = new SimLoop(host, cluster.chance.split());
            log = cluster.quorum.logs(host, nodeId)
                .open(new NodeIdentity("c", nodeId, directoryId));
            log.start(loop, this);
            proposeLater();
        }

        private void kill() {
            log = null;
            isLeading = false;
            host.endLife();
        }

        private boolean isUp() {
            return log != null;
        }

        private void proposeLater() {
            Objects.requireNonNull(loop).after(1 + cluster.chance.below(200_000_000), () -> {
                if (isLeading) propose();
                proposeLater();
            });
        }

        private void propose() {
            long value = cluster.nextValue++;
            var batch = ByteBuffer.allocate(8).putLong(value).flip();
            boolean[] isInside = {true};
            var mine = valueByIndex;
            Objects.requireNonNull(log).propose(batch, MetadataLog.Kind.ORDINARY, outcome -> {
                assertTrue(!isInside[0], "an outcome within the proposal");
                switch (outcome) {
                    case MetadataLog.Outcome.Committed(var index) -> {
                        assertEquals(value, mine.get(index), "told before it is answered");
                        cluster.acknowledged.add(value);
                    }
                    case MetadataLog.Outcome.Refused _ -> cluster.refused.add(value);
                    case MetadataLog.Outcome.Unknown _ -> cluster.unknown.add(value);
                }
            });
            isInside[0] = false;
        }

        @Override public void onSnapshot(Iterator<ByteBuffer> blocks) {
            var before = valueByIndex;
            valueByIndex = new TreeMap<>();
            while (blocks.hasNext()) {
                var block = blocks.next();
                valueByIndex.put(block.getLong(), block.getLong());
            }
            assertTrue(valueByIndex.size() >= before.size(), "a snapshot never goes back");
            valueByIndex.forEach((index, value) -> assertEquals(cluster.valueByIndex.get(index),
                value, "a snapshot tells the truth"));
        }

        @Override public void onCommitted(long index, ByteBuffer batch) {
            long value = batch.getLong();
            assertTrue(index > 0 && (valueByIndex.isEmpty() || index > valueByIndex.lastKey()),
                "indexes grow");
            var known = cluster.valueByIndex.putIfAbsent(index, value);
            assertTrue(known == null || known == value, "all see the same");
            valueByIndex.put(index, value);
        }

        @Override public void onLeading(int controllerEpoch) {
            assertTrue(controllerEpoch > epoch, "epochs grow");
            assertTrue(cluster.leaderByEpoch.isEmpty()
                || controllerEpoch > cluster.leaderByEpoch.lastKey(), "above every one before");
            assertEquals(null, cluster.leaderByEpoch.put(controllerEpoch, nodeId), "one leader");
            assertTrue(valueByIndex.keySet().containsAll(cluster.valueByIndex.keySet()),
                "a leader knows all");
            epoch = controllerEpoch;
            isLeading = true;
            isLoaded = true;
        }

        @Override public void onFollowing(int newLeaderId) {
            assertTrue(isLeading || newLeaderId != leaderId || !isLoaded, "only news");
            isLeading = false;
            isLoaded = true;
            leaderId = newLeaderId;
        }

        @Override public void onFailed(String reason) {
            throw new AssertionError(reason);
        }

        @Override public Iterator<ByteBuffer> snapshot() {
            var frozen = List.copyOf(valueByIndex.entrySet());
            return frozen.stream().map(entry -> ByteBuffer.allocate(16).putLong(entry.getKey())
                .putLong(entry.getValue()).flip()).iterator();
        }
    }

    @Test void whatever_happens_all_nodes_see_one_sequence_and_no_acknowledged_batch_is_lost() {
        var counted = new TreeMap<String, Integer>();
        for (int seed = 1; seed <= 60; seed++) {
            var cluster = new Cluster(seed);
            cluster.quorum.weather(QuorumWeather.draw(cluster.chance));
            cluster.seats.forEach(Seat::boot);
            for (int step = 0; step < 120; step++) {
                trouble(cluster);
                cluster.world.runUntil(cluster.world.nowNs() + SECOND_NS / 4);
            }
            rest(cluster);
            assertTrue(cluster.valueByIndex.values().containsAll(cluster.acknowledged),
                "seed " + seed + ": acknowledged and lost");
            cluster.refused.retainAll(cluster.valueByIndex.values());
            assertEquals(new TreeSet<Long>(), cluster.refused,
                "seed " + seed + ": refused, yet there");
            cluster.unknown.retainAll(cluster.valueByIndex.values());
            counted.merge("unknown, yet there", cluster.unknown.size(), Integer::sum);
            cluster.world.trace().counters().forEach((k, v) -> counted.merge(k, v, Integer::sum));
        }
        for (var what : List.of("unknown, yet there", "quorum: answers lost", "quorum: terms",
            "quorum: proposals of a deposed leader", "quorum: carried over",
            "quorum: lost with their leader", "quorum: snapshots installed")) {
            assertTrue(counted.getOrDefault(what, 0) > 20, what + " in " + counted);
        }
    }

    private static void trouble(Cluster cluster) {
        var chance = cluster.chance;
        var one = cluster.seats.get(chance.below(4));
        var other = cluster.seats.get(chance.below(4));
        switch (chance.below(7)) {
            case 0 -> one.kill();
            case 1, 2 -> {
                if (!one.isUp()) one.boot();
            }
            case 3 -> cluster.network.sever(one.host, other.host);
            case 4, 5 -> cluster.network.mend(one.host, other.host);
            default -> one.host.pauseUntil(
                cluster.world.nowNs() + chance.below(2_000) * (SECOND_NS / 1_000));
        }
    }

    private static void rest(Cluster cluster) {
        cluster.network.heal();
        cluster.quorum.heal();
        for (var seat : cluster.seats) {
            seat.host.resume();
            if (!seat.isUp()) seat.boot();
        }
        cluster.run(10);
        assertTrue(cluster.quorum.leaderId() != MetadataLog.NO_LEADER, "somebody leads");
        cluster.seats.forEach(seat -> seat.isLeading = false); // nobody proposes any more
        cluster.run(10);
        assertEquals(cluster.quorum.committedIndex(), cluster.highestAtEnd());
    }

    @Test void one_seed_is_one_history() {
        assertEquals(hash(5), hash(5));
    }

    private static long hash(long seed) {
        var cluster = new Cluster(seed);
        cluster.quorum.weather(QuorumWeather.draw(cluster.chance));
        cluster.seats.forEach(Seat::boot);
        cluster.run(20);
        return cluster.world.trace().hash();
    }

    @Test void a_leader_cut_off_from_the_others_commits_nothing_and_is_replaced() {
        var cluster = new Cluster(3);
        cluster.seats.forEach(Seat::boot);
        cluster.run(3);
        int first = cluster.quorum.leaderId();
        for (var seat : cluster.seats)
            cluster.network.sever(cluster.seat(first).host, seat.host);
        int before = cluster.acknowledged.size();
        cluster.run(5);
        int second = cluster.quorum.leaderId();
        assertTrue(second != first && second != MetadataLog.NO_LEADER);
        assertTrue(!cluster.seat(first).isLeading);
        assertTrue(cluster.acknowledged.size() > before);
    }

    @Test void a_minority_has_no_leader_and_a_returning_voter_brings_one() {
        var cluster = new Cluster(4);
        cluster.seat(1).boot();
        cluster.seat(4).boot();
        cluster.run(10);
        assertEquals(MetadataLog.NO_LEADER, cluster.quorum.leaderId());
        cluster.seat(2).boot();
        cluster.run(3);
        assertTrue(cluster.quorum.leaderId() != MetadataLog.NO_LEADER);
        assertEquals(cluster.quorum.leaderId(), cluster.seat(4).leaderId);
    }

    @Test void a_voter_with_another_directory_listens_and_never_votes() {
        var cluster = new Cluster(6);
        cluster.seat(1).boot();
        cluster.seat(2).boot();
        cluster.run(5);
        cluster.seat(2).kill();
        cluster.seat(2).directoryId = new Uuid(8, 2);
        cluster.seat(2).boot();
        cluster.run(10);
        assertEquals(MetadataLog.NO_LEADER, cluster.quorum.leaderId());
        cluster.seat(3).boot();
        cluster.run(5);
        assertTrue(cluster.quorum.leaderId() != MetadataLog.NO_LEADER);
        assertTrue(cluster.quorum.leaderId() != 2);
        assertEquals(cluster.valueByIndex.keySet(), cluster.seat(2).valueByIndex.keySet());
    }
}

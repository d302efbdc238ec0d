package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.metadata.ClusterRequest.WantedIsr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// A tiny model of replicated logs under the controller's decisions: every node sees the images in
/// order but late, leaders append and acknowledge by what they see, followers copy, and a crash takes
/// what was not flushed. A record is a number with the leader epoch it was written in.
final class ReplicaWorld {
    static final String TOPIC = "t";
    private static final int NODES = 5;

    private record Entry(int leaderEpoch, int number) {}

    /// What one node holds of one partition, and what it knows as its leader.
    private static final class Replica {
        private final List<Entry> log = new ArrayList<>();
        private int flushedEnd;
        private int knownInEpoch = -1;
        private final Map<Integer, Integer> followerEnds = new TreeMap<>();
        private List<Integer> wished = List.of();
        private int wishedAtEpoch = -1;
        /// What was there when it began to lead, or led on after a clean stop: who joins has all of it.
        private int beganWith;
    }

    private static final class Node {
        private boolean isUp = true;
        private boolean wasClean = true;
        private long brokerEpoch;
        private int view;
        private final List<Replica> replicas = new ArrayList<>();
    }

    final ClusterModel model = new ClusterModel();
    private final SplittableRandom chance;
    private final int partitions;
    private final int minInSync;
    private final List<ClusterImage> images = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>(); // from node 1 on
    private final List<List<Entry>> acknowledged = new ArrayList<>();
    private final Map<List<Integer>, Integer> leaders = new LinkedHashMap<>();
    private int written;

    ReplicaWorld(long seed, int minInSync) {
        this.chance = new SplittableRandom(seed);
        this.minInSync = minInSync;
        var placed = List.of(List.of(1, 2, 3), List.of(2, 4, 5), List.of(3, 1));
        this.partitions = placed.size();
        model.startAll(NODES);
        model.topic(TOPIC, minInSync,
            placed.stream().map(PartitionImage::fresh).toArray(PartitionImage[]::new));
        for (int id = 1; id <= NODES; id++) {
            var node = new Node();
            node.brokerEpoch = model.epoch(id);
            for (int partition = 0; partition < partitions; partition++)
                node.replicas.add(new Replica());
            nodes.add(node);
        }
        for (int partition = 0; partition < partitions; partition++)
            acknowledged.add(new ArrayList<>());
        images.add(model.image);
    }

    /// One thing happens; then all laws hold.
    void step() {
        int nodeId = 1 + chance.nextInt(NODES);
        int partition = chance.nextInt(partitions);
        if (chance.nextInt(30) == 0) {
            disturb(nodeId, partition);
        } else {
            live(nodeId, partition);
        }
        if (images.getLast().acceptedIndex() != model.image.acceptedIndex())
            images.add(model.image);
        check();
    }

    private void disturb(int nodeId, int partition) {
        switch (chance.nextInt(7)) {
            case 0 -> crash(nodeId);
            case 1 -> stopCleanly(nodeId);
            case 2 -> model.fence(nodeId);
            case 3 -> beat(nodeId, true);
            case 4, 5 -> reassign(partition);
            default -> elect(partition);
        }
    }

    private void live(int nodeId, int partition) {
        switch (chance.nextInt(12)) {
            case 0 -> restart(nodeId);
            case 1 -> beat(nodeId, false);
            case 2 -> leadersOf(partition).forEach(id -> wish(id, partition));
            case 3, 4 -> leadersOf(partition).forEach(id -> append(id, partition));
            case 5, 6, 7, 8 -> fetch(nodeId, partition);
            case 9 -> leadersOf(partition).forEach(id -> acknowledge(id, partition));
            default -> see(nodeId);
        }
    }

    /// Those that believe to lead.
    private List<Integer> leadersOf(int partition) {
        return IntStream.rangeClosed(1, NODES).filter(id -> leads(id, partition)).boxed()
            .toList();
    }

    int acknowledgedCount() {
        return acknowledged.stream().mapToInt(List::size).sum();
    }

    private void check() {
        for (int partition = 0; partition < partitions; partition++) {
            var image = model.partition(TOPIC, partition);
            if (image.hasLeader()) {
                var before = leaders.putIfAbsent(List.of(partition, image.leaderEpoch()),
                    image.leader());
                assertThat(before).as("I4").isIn(null, image.leader());
            }
            assertThat(image.replicas()).as("I7").containsAll(image.isr()).doesNotHaveDuplicates();
            var holders = new TreeSet<>(image.isr());
            holders.addAll(image.elr());
            for (int id : holders) {
                assertThat(startsWith(replica(id, partition).log, acknowledged.get(partition)))
                    .as("node %s holds all that was acknowledged of %s: %s", id, partition, image)
                    .isTrue();
            }
        }
    }

    private Node node(int nodeId) {
        return nodes.get(nodeId - 1);
    }

    private Replica replica(int nodeId, int partition) {
        return node(nodeId).replicas.get(partition);
    }

    private static boolean startsWith(List<Entry> log, List<Entry> start) {
        return log.size() >= start.size() && log.subList(0, start.size()).equals(start);
    }

    /// The node loses what it had not flushed, or some of it.
    private void crash(int nodeId) {
        var node = node(nodeId);
        if (!node.isUp) return;
        node.isUp = false;
        node.wasClean = false;
        for (var replica : node.replicas) {
            int left = replica.flushedEnd
                + chance.nextInt(replica.log.size() - replica.flushedEnd + 1);
            cut(replica, left);
        }
    }

    private static void cut(Replica replica, int end) {
        replica.log.subList(end, replica.log.size()).clear();
        replica.flushedEnd = Math.min(replica.flushedEnd, end);
    }

    private void stopCleanly(int nodeId) {
        var node = node(nodeId);
        if (!node.isUp) return;
        node.isUp = false;
        node.replicas.forEach(replica -> replica.flushedEnd = replica.log.size());
    }

    private void restart(int nodeId) {
        var node = node(nodeId);
        if (node.isUp) return;
        node.isUp = true;
        node.replicas.forEach(replica -> {
            replica.knownInEpoch = -1;
            replica.wished = List.of();
        });
        if (chance.nextBoolean()) node.view = images.size() - 1;
        node.brokerEpoch = model.start(nodeId, node.wasClean,
            images.get(node.view).acceptedIndex());
        node.wasClean = true;
    }

    private boolean isServing(int nodeId) {
        var node = node(nodeId);
        return node.isUp && view(nodeId).acceptedIndex() >= node.brokerEpoch;
    }

    private ClusterImage view(int nodeId) {
        return images.get(node(nodeId).view);
    }

    private void beat(int nodeId, boolean wantsToLeave) {
        if (!node(nodeId).isUp) return;
        model.ask(new ClusterRequest.Heartbeat(nodeId, node(nodeId).brokerEpoch,
            view(nodeId).acceptedIndex(), wantsToLeave));
    }

    /// The node applies some more of what was committed.
    private void see(int nodeId) {
        var node = node(nodeId);
        if (!node.isUp) return;
        node.view = Math.min(images.size() - 1, node.view + 1 + chance.nextInt(3));
        for (int partition = 0; partition < partitions; partition++) {
            var state = seen(nodeId, partition);
            if (!state.replicas().contains(nodeId)) cut(replica(nodeId, partition), 0);
        }
    }

    private PartitionImage seen(int nodeId, int partition) {
        return view(nodeId).partition(TOPIC, partition).orElseThrow();
    }

    private boolean leads(int nodeId, int partition) {
        if (!isServing(nodeId) || seen(nodeId, partition).leader() != nodeId) return false;
        var replica = replica(nodeId, partition);
        int epoch = seen(nodeId, partition).leaderEpoch();
        if (replica.knownInEpoch != epoch) {
            replica.knownInEpoch = epoch;
            replica.beganWith = replica.log.size();
            replica.followerEnds.clear();
            replica.wished = List.of();
        }
        return true;
    }

    private void append(int nodeId, int partition) {
        if (!leads(nodeId, partition)) return;
        var replica = replica(nodeId, partition);
        replica.log.add(new Entry(seen(nodeId, partition).leaderEpoch(), ++written));
        maybeFlush(replica);
    }

    private void maybeFlush(Replica replica) {
        if (chance.nextBoolean()) replica.flushedEnd = replica.log.size();
    }

    /// A follower cuts what parted from the leader by its epochs, copies some, and says what it has flushed.
    private void fetch(int nodeId, int partition) {
        if (!isServing(nodeId)) return;
        var state = seen(nodeId, partition);
        int leader = state.leader();
        if (leader == nodeId || leader < 0 || !leads(leader, partition)) return;
        var theirs = seen(leader, partition);
        boolean agree = theirs.leaderEpoch() == state.leaderEpoch()
            && theirs.replicas().contains(nodeId) && state.replicas().contains(nodeId);
        if (!agree) return;
        var own = replica(nodeId, partition);
        var source = replica(leader, partition);
        int same = 0;
        while (same < Math.min(own.log.size(), source.log.size())
            && own.log.get(same).leaderEpoch() == source.log.get(same).leaderEpoch())
            same++;
        cut(own, same);
        int end = same + chance.nextInt(source.log.size() - same + 1);
        own.log.addAll(source.log.subList(same, end));
        maybeFlush(own);
        source.followerEnds.put(nodeId, own.flushedEnd);
    }

    private int highWatermark(int nodeId, int partition) {
        var replica = replica(nodeId, partition);
        var maximal = new TreeSet<>(seen(nodeId, partition).isr());
        if (replica.wishedAtEpoch == seen(nodeId, partition).partitionEpoch())
            maximal.addAll(replica.wished);
        int end = replica.flushedEnd;
        for (int id : maximal) {
            if (id != nodeId) end = Math.min(end, replica.followerEnds.getOrDefault(id, 0));
        }
        return end;
    }

    private void acknowledge(int nodeId, int partition) {
        if (!leads(nodeId, partition)) return;
        var state = seen(nodeId, partition);
        if (state.isr().size() < state.moving().enough(state.replicas(), minInSync)) return;
        var told = acknowledged.get(partition);
        var now = replica(nodeId, partition).log.subList(0, highWatermark(nodeId, partition));
        if (now.size() <= told.size()) return;
        assertThat(startsWith(now, told)).as("nothing acknowledged is contradicted").isTrue();
        acknowledged.set(partition, new ArrayList<>(now));
    }

    /// The leader asks for the ISR that it sees: who has what it has acknowledged, or most of it.
    private void wish(int nodeId, int partition) {
        if (!leads(nodeId, partition)) return;
        var state = seen(nodeId, partition);
        var replica = replica(nodeId, partition);
        int high = highWatermark(nodeId, partition);
        var isr = new ArrayList<Integer>();
        for (int id : state.replicas()) {
            int end = id == nodeId
                ? replica.log.size()
                : replica.followerEnds.getOrDefault(id, -1);
            boolean stays = state.isr().contains(id) && chance.nextInt(3) > 0;
            boolean joins = end >= high && end >= replica.beganWith;
            if (id == nodeId || stays || joins) isr.add(id);
        }
        var epochs = isr.stream().map(id -> chance.nextBoolean() || id == nodeId
            ? -1L
            : node(id).brokerEpoch).toList();
        replica.wished = isr;
        replica.wishedAtEpoch = state.partitionEpoch();
        model.ask(new ClusterRequest.AlterIsr(nodeId, node(nodeId).brokerEpoch,
            List.of(new WantedIsr(Fixtures.idOf(TOPIC), partition, state.leaderEpoch(),
                state.partitionEpoch(), isr, epochs))));
    }

    private void reassign(int partition) {
        var target = new ArrayList<Integer>();
        for (int id = 1; id <= NODES; id++) {
            if (chance.nextBoolean()) target.add(chance.nextInt(target.size() + 1), id);
        }
        boolean isCancel = chance.nextInt(3) == 0;
        if (!isCancel && target.isEmpty()) return;
        model.ask(new ClusterRequest.Reassign(List.of(new ClusterRequest.Move(
            new ClusterRequest.PartitionRef(TOPIC, partition), isCancel ? null : target)), true));
    }

    private void elect(int partition) {
        model.ask(new ClusterRequest.ElectLeaders(false,
            List.of(new ClusterRequest.PartitionRef(TOPIC, partition))));
    }
}

package dev.naru.metadata;

import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRecord.ClusterFormed;
import dev.naru.metadata.ClusterRecord.ConfigRemoved;
import dev.naru.metadata.ClusterRecord.ConfigSet;
import dev.naru.metadata.ClusterRecord.DirectoryRemoved;
import dev.naru.metadata.ClusterRecord.FactorChosen;
import dev.naru.metadata.ClusterRecord.FeatureChanged;
import dev.naru.metadata.ClusterRecord.JoinTokenChanged;
import dev.naru.metadata.ClusterRecord.JoinTokenIssued;
import dev.naru.metadata.ClusterRecord.JoinTokenRemoved;
import dev.naru.metadata.ClusterRecord.JoinTokenUsed;
import dev.naru.metadata.ClusterRecord.LeaderEpochsRaised;
import dev.naru.metadata.ClusterRecord.NodeFenced;
import dev.naru.metadata.ClusterRecord.NodeLeaving;
import dev.naru.metadata.ClusterRecord.NodeRegistered;
import dev.naru.metadata.ClusterRecord.NodeUnfenced;
import dev.naru.metadata.ClusterRecord.NodeUnregistered;
import dev.naru.metadata.ClusterRecord.PartitionChanged;
import dev.naru.metadata.ClusterRecord.PartitionsAdded;
import dev.naru.metadata.ClusterRecord.PartitionsChanged;
import dev.naru.metadata.ClusterRecord.ProducerIdsGranted;
import dev.naru.metadata.ClusterRecord.TopicCreated;
import dev.naru.metadata.ClusterRecord.TopicDeleted;
import dev.naru.metadata.SortedSpine.Cell;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The inside of a [ClusterImage]: persistent tables, changed by one writer while an image is made
/// and never after. `apply` is the only mutator and total for facts that a controller decided.
final class Tables {
    String clusterId = "";
    final SortedSpine<String, TopicImage> topics;
    final SortedSpine<Uuid, String> namesById;
    final SortedSpine<String, String> looks; // names with '.' or '_', by their look
    final SortedSpine<ConfigResource, SortedMap<String, String>> configs;
    SortedMap<Integer, NodeImage> nodes = Collections.emptySortedMap();
    /// The directories of nodes that were removed, with the nodes' ids, the oldest first.
    Map<Uuid, Integer> removed = Collections.emptyMap();
    SortedMap<String, Short> features = Collections.emptySortedMap();
    SortedMap<String, JoinToken> joinTokens = Collections.emptySortedMap();
    long nextProducerId;
    int partitionCount;

    Tables() {
        topics = SortedSpine.empty();
        namesById = SortedSpine.empty();
        looks = SortedSpine.empty();
        configs = SortedSpine.empty();
    }

    Tables(Tables before) {
        clusterId = before.clusterId;
        topics = before.topics.fork();
        namesById = before.namesById.fork();
        looks = before.looks.fork();
        configs = before.configs.fork();
        nodes = before.nodes;
        removed = before.removed;
        features = before.features;
        joinTokens = before.joinTokens;
        nextProducerId = before.nextProducerId;
        partitionCount = before.partitionCount;
    }

    void apply(ClusterRecord fact) {
        switch (fact) {
            case ClusterFormed formed -> clusterId = formed.clusterId();
            case FeatureChanged changed -> changeFeature(changed);
            case NodeRegistered registered -> register(registered.node());
            case NodeFenced(var nodeId) -> state(nodeId, NodeImage.State.FENCED);
            case NodeUnfenced(var nodeId) -> state(nodeId, NodeImage.State.ACTIVE);
            case NodeLeaving(var nodeId) -> state(nodeId, NodeImage.State.LEAVING);
            case NodeUnregistered(var nodeId) -> unregister(nodeId);
            case DirectoryRemoved(var directoryId, var nodeId) -> remove(directoryId, nodeId);
            case JoinTokenChanged changed -> changeToken(changed);
            case TopicCreated created -> create(created);
            case PartitionsAdded added -> add(added);
            case PartitionChanged changed -> change(changed);
            case PartitionsChanged changed -> changeAll(changed);
            case FactorChosen chosen -> chooseFactor(chosen);
            case TopicDeleted deleted -> delete(deleted);
            case ConfigSet set -> set(set);
            case ConfigRemoved removed -> remove(removed);
            case LeaderEpochsRaised raised -> raiseLeaderEpochs(raised.nodeId());
            case ProducerIdsGranted granted -> grant(granted);
        }
    }

    /// Sections in an order that can be applied: topics before their settings.
    Iterator<ClusterRecord> facts() {
        var head = new ArrayList<ClusterRecord>();
        if (!clusterId.isEmpty()) head.add(new ClusterFormed(clusterId));
        features.forEach((feature, level) -> head.add(new FeatureChanged(feature, level)));
        nodes.values().forEach(node -> head.add(new NodeRegistered(node)));
        if (nextProducerId > 0) head.addAll(grants());
        removed.forEach((directoryId, nodeId) -> head
            .add(new DirectoryRemoved(directoryId, nodeId)));
        joinTokens.values().forEach(token -> head.addAll(facts(token)));
        Stream<ClusterRecord> created = StreamSupport.stream(topics.spliterator(), false)
            .flatMap(Tables::created);
        Iterable<Cell<ConfigResource, SortedMap<String, String>>> cells = configs::cells;
        Stream<ClusterRecord> settings = StreamSupport.stream(cells.spliterator(), false)
            .flatMap(cell -> cell.value().entrySet().stream()
                .map(e -> new ConfigSet(cell.key(), e.getKey(), e.getValue())));
        return Stream.of(head.stream(), created, settings).flatMap(s -> s).iterator();
    }

    /// One fact can grant at most an int's worth; the node does not matter for what was granted
    /// long ago.
    private List<ClusterRecord> grants() {
        return List.of(new ProducerIdsGranted(-1, nextProducerId, 0));
    }

    private static Stream<ClusterRecord> created(TopicImage topic) {
        Stream<ClusterRecord> fact = Stream
            .of(new TopicCreated(topic.name(), topic.topicId(), topic.partitions()));
        return topic.isFactorByCluster()
            ? Stream.concat(fact, Stream.of(new FactorChosen(topic.topicId(), true)))
            : fact;
    }

    private void changeFeature(FeatureChanged changed) {
        var next = new TreeMap<>(features);
        if (changed.level() == 0) {
            next.remove(changed.feature());
        } else {
            next.put(changed.feature(), changed.level());
        }
        features = Collections.unmodifiableSortedMap(next);
    }

    private void register(NodeImage node) {
        var next = new TreeMap<>(nodes);
        next.put(node.nodeId(), node);
        nodes = Collections.unmodifiableSortedMap(next);
    }

    private void state(int nodeId, NodeImage.State state) {
        var node = nodes.get(nodeId);
        if (node != null) register(node.with(state));
    }

    private void unregister(int nodeId) {
        var next = new TreeMap<>(nodes);
        next.remove(nodeId);
        nodes = Collections.unmodifiableSortedMap(next);
    }

    private void remove(Uuid directoryId, int nodeId) {
        var next = new LinkedHashMap<>(removed);
        next.put(directoryId, nodeId);
        if (next.size() > Limits.DIRECTORIES_REMOVED_MAX) next.pollFirstEntry();
        removed = Collections.unmodifiableMap(next);
    }

    private void changeToken(JoinTokenChanged changed) {
        var next = new TreeMap<>(joinTokens);
        var tokenId = changed.tokenId();
        switch (changed) {
            case JoinTokenIssued issued -> next.put(tokenId, new JoinToken(tokenId,
                issued.secretHash(), issued.expiresAtMs(), Uuid.ZERO));
            case JoinTokenUsed used ->
                next.computeIfPresent(tokenId, (_, token) -> token.usedBy(used.directoryId()));
            case JoinTokenRemoved _ -> next.remove(tokenId);
        }
        joinTokens = Collections.unmodifiableSortedMap(next);
    }

    private static List<ClusterRecord> facts(JoinToken token) {
        var issued = new JoinTokenIssued(token.tokenId(), token.secretHash(),
            token.expiresAtMs());
        return token.isUsed()
            ? List.of(issued, new JoinTokenUsed(token.tokenId(), token.usedBy()))
            : List.of(issued);
    }

    private void create(TopicCreated created) {
        String name = created.name();
        Invariant.check(topics.get(name).isEmpty(), "metadata: a created topic has a new name");
        Invariant.check(namesById.get(created.topicId()).isEmpty(),
            "metadata: topic ids never repeat");
        var partitions = ChunkedList.of(created.partitions());
        topics.put(name, new TopicImage(name, created.topicId(), partitions, false));
        namesById.put(created.topicId(), name);
        if (TopicName.canLookAlike(name)) looks.put(TopicName.look(name), name);
        partitionCount += partitions.size();
    }

    private void add(PartitionsAdded added) {
        var topic = topicOf(added.topicId());
        partitionCount += added.partitions().size();
        replace(topic, ChunkedList.of(topic.partitions()).plus(added.partitions()));
    }

    private void change(PartitionChanged changed) {
        var topic = topicOf(changed.topicId());
        checkNext(topic.partitions().get(changed.partition()), changed.state());
        replace(topic,
            ChunkedList.of(topic.partitions()).with(changed.partition(), changed.state()));
    }

    private void changeAll(PartitionsChanged changed) {
        var topic = topicOf(changed.topicId());
        var after = new TreeMap<Integer, PartitionImage>();
        for (var each : changed.partitions()) {
            checkNext(topic.partitions().get(each.partition()), each.state());
            after.put(each.partition(), each.state());
        }
        replace(topic, ChunkedList.of(topic.partitions()).withAll(after));
    }

    private static void checkNext(PartitionImage before, PartitionImage after) {
        Invariant.check(after.partitionEpoch() == before.partitionEpoch() + 1,
            "I7: a change has the next partition epoch", before.partitionEpoch(),
            after.partitionEpoch());
        Invariant.check(after.leaderEpoch() >= before.leaderEpoch(), "I4: leader epochs only grow",
            before.leaderEpoch(), after.leaderEpoch());
    }

    private void chooseFactor(FactorChosen chosen) {
        var topic = topicOf(chosen.topicId());
        topics.put(topic.name(), new TopicImage(topic.name(), topic.topicId(), topic.partitions(),
            chosen.isByCluster()));
    }

    private void delete(TopicDeleted deleted) {
        var topic = topicOf(deleted.topicId());
        topics.remove(topic.name());
        namesById.remove(topic.topicId());
        if (TopicName.canLookAlike(topic.name()))
            looks.remove(TopicName.look(topic.name()));
        configs.remove(ConfigResource.topic(topic.name()));
        partitionCount -= topic.partitions().size();
    }

    private void set(ConfigSet set) {
        var next = new TreeMap<String, String>();
        configs.get(set.resource()).ifPresent(next::putAll);
        next.put(set.setting(), set.value());
        configs.put(set.resource(), Collections.unmodifiableSortedMap(next));
    }

    private void remove(ConfigRemoved removed) {
        var next = new TreeMap<String, String>();
        configs.get(removed.resource()).ifPresent(next::putAll);
        next.remove(removed.setting());
        if (next.isEmpty()) {
            configs.remove(removed.resource());
        } else {
            configs.put(removed.resource(), Collections.unmodifiableSortedMap(next));
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same list means: not changed
    private void raiseLeaderEpochs(int nodeId) {
        for (var topic : topics) {
            var before = ChunkedList.of(topic.partitions());
            var after = before.mapped(new Raise(nodeId)::partition);
            if (after != before) replace(topic, after);
        }
    }

    private void grant(ProducerIdsGranted granted) {
        Invariant.check(granted.firstProducerId() >= nextProducerId,
            "metadata: producer ids are granted once", granted.firstProducerId(), nextProducerId);
        nextProducerId = granted.firstProducerId() + granted.count();
    }

    private void replace(TopicImage topic, List<PartitionImage> partitions) {
        topics.put(topic.name(),
            new TopicImage(topic.name(), topic.topicId(), partitions, topic.isFactorByCluster()));
    }

    private TopicImage topicOf(Uuid topicId) {
        var topic = namesById.get(topicId).flatMap(topics::get);
        Invariant.check(topic.isPresent(), "metadata: a fact names a topic there is");
        return topic.orElseThrow();
    }

    /// Raises leader epochs; equal neighbours stay one object, as most partitions of a topic are
    /// equal.
    private static final class Raise {
        private final int nodeId;
        private PartitionImage lastBefore = PartitionImage.fresh(List.of(0));
        private PartitionImage lastAfter = lastBefore;

        private Raise(int nodeId) {
            this.nodeId = nodeId;
        }

        @SuppressWarnings("ReferenceEquality") // sharing is what is looked for
        private PartitionImage partition(PartitionImage before) {
            if (before.leader() != nodeId) return before;
            if (before != lastBefore) {
                lastBefore = before;
                lastAfter = before.withLeaderEpochRaised();
            }
            return lastAfter;
        }
    }
}

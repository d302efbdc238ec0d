package dev.naru.metadata;

import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRecord.PartitionsAdded;
import dev.naru.metadata.ClusterRecord.TopicCreated;
import dev.naru.metadata.ClusterRecord.TopicDeleted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The cluster after a number of accepted batches: immutable, shared by all loops, and every
/// iteration sorted. A new image costs what changed. It is the fold of [ClusterRecord]s (I10 for
/// metadata).
public final class ClusterImage {
    /// Before the first fact.
    public static final ClusterImage EMPTY = new ClusterImage(new Tables(), 0, 0,
        TopicChanges.NONE);

    private final Tables tables;
    private final long acceptedIndex;
    private final int controllerEpoch;
    private final TopicChanges topicChanges;

    private ClusterImage(Tables tables, long acceptedIndex, int controllerEpoch,
        TopicChanges topicChanges) {
        this.tables = tables;
        this.acceptedIndex = acceptedIndex;
        this.controllerEpoch = controllerEpoch;
        this.topicChanges = topicChanges;
    }

    /// Index of the last batch that was accepted; 0 before the first. The position that I15 fences
    /// with.
    public long acceptedIndex() {
        return acceptedIndex;
    }

    /// Epoch of the controller that made the last accepted batch.
    public int controllerEpoch() {
        return controllerEpoch;
    }

    /// The cluster's id; "" until the cluster is formed.
    public String clusterId() {
        return tables.clusterId;
    }

    public Optional<TopicImage> topic(String name) {
        return tables.topics.get(name);
    }

    public Optional<TopicImage> topic(Uuid topicId) {
        return tables.namesById.get(topicId).flatMap(tables.topics::get);
    }

    public Optional<PartitionImage> partition(String topic, int partition) {
        return topic(topic).flatMap(t -> t.partition(partition));
    }

    /// All topics, sorted by name.
    public Iterable<TopicImage> topics() {
        return tables.topics;
    }

    /// Which of them came, went or grew lately.
    public TopicChanges topicChanges() {
        return topicChanges;
    }

    /// The topics from `name` on, sorted by name.
    public Iterable<TopicImage> topicsFrom(String name) {
        return () -> tables.topics.from(name);
    }

    public int topicCount() {
        return tables.topics.size();
    }

    public int partitionCount() {
        return tables.partitionCount;
    }

    /// The settings that a resource has of its own, sorted by name.
    public SortedMap<String, String> configs(ConfigResource resource) {
        return tables.configs.get(resource).orElse(Collections.emptySortedMap());
    }

    /// The settings changed at run time that hold for a broker: its own before those of every
    /// broker.
    public SortedMap<String, String> brokerConfigs(int nodeId) {
        var all = new TreeMap<>(configs(ConfigResource.everyBroker()));
        all.putAll(configs(ConfigResource.broker(nodeId)));
        return all;
    }

    /// The resources of a type that have settings of their own, sorted by name.
    public List<ConfigResource> configured(ConfigResource.Type type) {
        var found = new ArrayList<ConfigResource>();
        tables.configs.cells().forEachRemaining(cell -> {
            if (cell.key().type() == type) found.add(cell.key());
        });
        return found;
    }

    /// The registered nodes by id, in order of their ids.
    public SortedMap<Integer, NodeImage> nodes() {
        return tables.nodes;
    }

    public Optional<NodeImage> node(int nodeId) {
        return Optional.ofNullable(tables.nodes.get(nodeId));
    }

    /// Whether the node may be given partitions to lead.
    public boolean isAlive(int nodeId) {
        var node = tables.nodes.get(nodeId);
        return node != null && node.isActive();
    }

    /// Whether the node is about to stop: it leads what nobody else can.
    boolean isLeaving(int nodeId) {
        var node = tables.nodes.get(nodeId);
        return node != null && node.state() == NodeImage.State.LEAVING;
    }

    /// The first producer id that no node has been granted.
    public long nextProducerId() {
        return tables.nextProducerId;
    }

    /// The level of each feature that is on, by name.
    public SortedMap<String, Short> features() {
        return tables.features;
    }

    /// The node that had this data directory when it was removed from the cluster; empty for all others.
    public Optional<Integer> removed(Uuid directoryId) {
        return Optional.ofNullable(tables.removed.get(directoryId));
    }

    /// The tokens that nodes may join with, or did, by id.
    SortedMap<String, JoinToken> joinTokens() {
        return tables.joinTokens;
    }

    /// The image after one more accepted batch.
    ClusterImage apply(MetadataBatch batch, long index) {
        var changed = new Tables(tables);
        batch.facts().forEach(changed::apply);
        return new ClusterImage(changed, index, batch.controllerEpoch(),
            topicChanges.with(changedTopics(batch.facts(), changed), index));
    }

    /// The names of the topics that facts create, delete, or give partitions.
    private List<String> changedTopics(List<ClusterRecord> facts, Tables after) {
        var names = new ArrayList<String>();
        for (var fact : facts) {
            if (fact instanceof TopicCreated created) names.add(created.name());
            if (fact instanceof PartitionsAdded added) {
                after.namesById.get(added.topicId()).ifPresent(names::add);
            }
            if (fact instanceof TopicDeleted deleted) {
                tables.namesById.get(deleted.topicId()).ifPresent(names::add);
            }
        }
        return names;
    }

    /// The image with facts that are not committed yet, to decide the next request on.
    ClusterImage draft(List<ClusterRecord> facts) {
        if (facts.isEmpty()) return this;
        return apply(new MetadataBatch(controllerEpoch, acceptedIndex, facts), acceptedIndex);
    }

    /// The name of a topic that differs from `name` in dots and underscores only.
    Optional<String> lookAlike(String name) {
        return tables.looks.get(TopicName.look(name)).filter(other -> !other.equals(name));
    }

    int configuredResourceCount() {
        return tables.configs.size();
    }

    /// The facts that lead from the empty image to this one, made while they are asked for.
    Iterator<ClusterRecord> facts() {
        return tables.facts();
    }
}

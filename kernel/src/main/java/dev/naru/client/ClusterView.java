package dev.naru.client;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.wire.Message;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.MetadataRequest;
import dev.naru.wire.message.MetadataResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a client knows of the cluster: its nodes, and who leads which partition. Asks anew when
/// somebody finds it wrong; one question at a time. Owned by the client's loop.
public final class ClusterView {
    private final ClientTools tools;
    private final ClientSettings settings;
    private final NodeLink.Violations violations;
    private final Map<String, NodeLink> links = new TreeMap<>();
    private final Map<Integer, Address> nodes = new TreeMap<>();
    private final Map<String, TopicView> topics = new TreeMap<>();
    private final Map<Uuid, String> names = new TreeMap<>();
    private final TreeSet<String> wanted = new TreeSet<>();
    private final List<Listener> listeners = new ArrayList<>();
    private int nextBootstrap;
    private boolean isAsking;
    private boolean isStale;
    private boolean isClosed;

    /// Hears every answer about the cluster.
    public interface Listener {
        void onMetadata(MetadataResponse answer);
    }

    /// One partition: its leader (-1: none) and the leader's epoch.
    public record PartitionView(int leader, int leaderEpoch) {}

    /// One topic. The id is zero when the node does not say.
    public record TopicView(String name, Uuid topicId, Map<Integer, PartitionView> partitions) {}

    public ClusterView(ClientTools tools, ClientSettings settings, NodeLink.Violations violations) {
        this.tools = tools;
        this.settings = settings;
        this.violations = violations;
    }

    public ClientTools tools() {
        return tools;
    }

    public ClientSettings settings() {
        return settings;
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /// These topics are asked about from now on.
    public void want(Iterable<String> names) {
        for (var name : names) {
            if (wanted.add(name)) refresh();
        }
    }

    /// This topic is not asked about any more.
    public void forget(String name) {
        wanted.remove(name);
        topics.remove(name);
    }

    public Optional<TopicView> topic(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    public Optional<String> nameOf(Uuid topicId) {
        return Optional.ofNullable(names.get(topicId));
    }

    /// The link to the leader of the partition, when it is known.
    public Optional<NodeLink> leader(Slot slot) {
        var topic = topics.get(slot.topic());
        var partition = topic == null ? null : topic.partitions().get(slot.partition());
        var address = partition == null ? null : nodes.get(partition.leader());
        return address == null ? Optional.empty() : Optional.of(link(address));
    }

    /// The epoch of the leader as far as it is known here; -1 when it is not.
    public int leaderEpoch(Slot slot) {
        var topic = topics.get(slot.topic());
        var partition = topic == null ? null : topic.partitions().get(slot.partition());
        return partition == null ? -1 : partition.leaderEpoch();
    }

    /// A link to some node, for what any node answers.
    public NodeLink any() {
        if (!nodes.isEmpty()) return link(nodes.values().iterator().next());
        var bootstrap = settings.bootstrap();
        return link(bootstrap.get(nextBootstrap % bootstrap.size()));
    }

    public NodeLink link(Address address) {
        return links.computeIfAbsent(address.toString(),
            _ -> new NodeLink(tools, settings, address, violations));
    }

    /// Asks about the cluster, at once or after the question that is under way.
    public void refresh() {
        if (isClosed) return;
        if (isAsking) {
            isStale = true;
            return;
        }
        isAsking = true;
        isStale = false;
        any().request(ApiKey.METADATA, this::question, this::answered);
    }

    private Message question(short version) {
        var asked = new ArrayList<MetadataRequest.MetadataRequestTopic>();
        for (var name : wanted) {
            asked.add(MetadataRequest.MetadataRequestTopic.builder().name(name).build());
        }
        return MetadataRequest.builder().topics(asked).allowAutoTopicCreation(false).build();
    }

    private void answered(Reply reply) {
        switch (reply) {
            case Reply.Answer answer -> learn((MetadataResponse) answer.body());
            case Reply.Lost _ -> {
                nextBootstrap++;
                nodes.clear();
                isStale = true;
            }
        }
        tools.loop().after(settings.backoffMs() * Now.NS_PER_MS, () -> {
            isAsking = false;
            if (isStale) refresh();
        });
    }

    private void learn(MetadataResponse answer) {
        nodes.clear();
        for (var broker : answer.brokers()) {
            nodes.put(broker.nodeId(), new Address(broker.host(), broker.port()));
        }
        for (var topic : answer.topics())
            learn(topic);
        for (var listener : List.copyOf(listeners))
            listener.onMetadata(answer);
    }

    private void learn(MetadataResponse.MetadataResponseTopic topic) {
        var name = topic.name();
        if (name == null) return;
        if (topic.errorCode() != ErrorCode.NONE.code()) {
            topics.remove(name);
            isStale |= ErrorCode.of(topic.errorCode()).isRetriable();
            return;
        }
        var partitions = new TreeMap<Integer, PartitionView>();
        for (var each : topic.partitions()) {
            isStale |= each.leaderId() < 0;
            partitions.put(each.partitionIndex(), newer(name, topic.topicId(),
                each.partitionIndex(), new PartitionView(each.leaderId(), each.leaderEpoch())));
        }
        topics.put(name, new TopicView(name, topic.topicId(), partitions));
        if (!topic.topicId().isZero()) names.put(topic.topicId(), name);
    }

    /// A node that lags behind tells of leaders that others have followed already (KIP-320).
    private PartitionView newer(String topic, Uuid topicId, int partition, PartitionView told) {
        var before = topics.get(topic);
        var known = before == null || !before.topicId().equals(topicId)
            ? null
            : before.partitions().get(partition);
        return known != null && known.leaderEpoch() > told.leaderEpoch() ? known : told;
    }

    /// Drops every connection (see [NodeLink#reconnect]).
    public void reconnect(String why) {
        for (var link : List.copyOf(links.values()))
            link.reconnect(why);
    }

    public void close() {
        isClosed = true;
        for (var link : List.copyOf(links.values()))
            link.close();
    }
}

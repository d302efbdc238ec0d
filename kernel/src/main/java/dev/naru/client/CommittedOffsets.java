package dev.naru.client;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.OffsetCommitRequest;
import dev.naru.wire.message.OffsetCommitResponse;
import dev.naru.wire.message.OffsetFetchRequest;
import dev.naru.wire.message.OffsetFetchResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A group's progress, written and read on a link to its coordinator. Stateless but for the view
/// that knows topic ids.
public final class CommittedOffsets {
    private static final short TOPIC_IDS_SINCE_VERSION = 10;
    private static final short BATCHES_SINCE_VERSION = 8;

    private final ClusterView view;
    private final String groupId;

    public CommittedOffsets(ClusterView view, String groupId) {
        this.view = view;
        this.groupId = groupId;
    }

    /// Hears how it went; NETWORK_EXCEPTION is "unknown". With several partitions, the worst of the
    /// codes.
    public interface CommitListener {
        void onCommitted(ErrorCode code);
    }

    /// Hears committed offsets, -1 where there is none; no offsets unless `code` is NONE.
    public interface FetchListener {
        void onOffsets(ErrorCode code, Map<Slot, Long> offsets);
    }

    public void commit(NodeLink link, Membership as, Map<Slot, Long> offsets,
        CommitListener listener) {
        link.request(ApiKey.OFFSET_COMMIT, version -> commitRequest(as, offsets, version),
            reply -> {
                if (reply instanceof Reply.Answer answer) {
                    listener.onCommitted(worst((OffsetCommitResponse) answer.body()));
                } else {
                    listener.onCommitted(ErrorCode.NETWORK_EXCEPTION);
                }
            });
    }

    private OffsetCommitRequest commitRequest(Membership as, Map<Slot, Long> offsets,
        short version) {
        var topics = new TreeMap<String, List<OffsetCommitRequest.OffsetCommitRequestPartition>>();
        for (var each : offsets.entrySet()) {
            topics.computeIfAbsent(each.getKey().topic(), _ -> new ArrayList<>())
                .add(OffsetCommitRequest.OffsetCommitRequestPartition.builder()
                    .partitionIndex(each.getKey().partition())
                    .committedOffset(each.getValue())
                    .committedMetadata("")
                    .build());
        }
        var list = new ArrayList<OffsetCommitRequest.OffsetCommitRequestTopic>();
        for (var topic : topics.entrySet()) {
            list.add(OffsetCommitRequest.OffsetCommitRequestTopic.builder()
                .name(topic.getKey())
                .topicId(idOf(topic.getKey(), version))
                .partitions(topic.getValue())
                .build());
        }
        return OffsetCommitRequest.builder()
            .groupId(groupId)
            .generationIdOrMemberEpoch(as.generation())
            .memberId(as.memberId())
            .topics(list)
            .build();
    }

    private Uuid idOf(String topic, short version) {
        if (version < TOPIC_IDS_SINCE_VERSION) return Uuid.ZERO;
        return view.topic(topic).map(ClusterView.TopicView::topicId).orElse(Uuid.ZERO);
    }

    private static ErrorCode worst(OffsetCommitResponse answer) {
        for (var topic : answer.topics()) {
            for (var each : topic.partitions()) {
                if (each.errorCode() != 0) return ErrorCode.of(each.errorCode());
            }
        }
        return ErrorCode.NONE;
    }

    public void fetch(NodeLink link, List<Slot> slots, FetchListener listener) {
        fetch(link, slots, false, listener);
    }

    /// `onlyStable`: while a transaction that has committed offsets is undecided, that is an error.
    public void fetch(NodeLink link, List<Slot> slots, boolean onlyStable,
        FetchListener listener) {
        link.request(ApiKey.OFFSET_FETCH, version -> fetchRequest(slots, version).toBuilder()
            .requireStable(onlyStable).build(), reply -> {
                if (reply instanceof Reply.Answer answer) {
                    fetched((OffsetFetchResponse) answer.body(), answer.version(), listener);
                } else {
                    listener.onOffsets(ErrorCode.NETWORK_EXCEPTION, Map.of());
                }
            });
    }

    private OffsetFetchRequest fetchRequest(List<Slot> slots, short version) {
        var indexes = new TreeMap<String, List<Integer>>();
        for (var slot : slots) {
            indexes.computeIfAbsent(slot.topic(), _ -> new ArrayList<>()).add(slot.partition());
        }
        var topics = new ArrayList<OffsetFetchRequest.OffsetFetchRequestTopic>();
        var batched = new ArrayList<OffsetFetchRequest.OffsetFetchRequestTopics>();
        for (var each : indexes.entrySet()) {
            topics.add(OffsetFetchRequest.OffsetFetchRequestTopic.builder()
                .name(each.getKey())
                .partitionIndexes(each.getValue())
                .build());
            batched.add(OffsetFetchRequest.OffsetFetchRequestTopics.builder()
                .name(each.getKey())
                .topicId(idOf(each.getKey(), version))
                .partitionIndexes(each.getValue())
                .build());
        }
        var groups = List.of(OffsetFetchRequest.OffsetFetchRequestGroup.builder()
            .groupId(groupId)
            .topics(batched)
            .build());
        return OffsetFetchRequest.builder()
            .groupId(groupId)
            .topics(topics)
            .groups(groups)
            .build();
    }

    private void fetched(OffsetFetchResponse answer, short version, FetchListener listener) {
        var offsets = new TreeMap<Slot, Long>();
        short code = answer.errorCode();
        if (version < BATCHES_SINCE_VERSION) {
            for (var topic : answer.topics()) {
                for (var each : topic.partitions()) {
                    if (each.errorCode() != 0) code = each.errorCode();
                    offsets.put(new Slot(topic.name(), each.partitionIndex()),
                        each.committedOffset());
                }
            }
        } else if (!answer.groups().isEmpty()) {
            var group = answer.groups().getFirst();
            code = group.errorCode();
            for (var topic : group.topics()) {
                var name = topic.name().isEmpty()
                    ? view.nameOf(topic.topicId()).orElse("")
                    : topic.name();
                for (var each : topic.partitions()) {
                    if (each.errorCode() != 0) code = each.errorCode();
                    offsets.put(new Slot(name, each.partitionIndex()), each.committedOffset());
                }
            }
        }
        listener.onOffsets(ErrorCode.of(code), code == 0 ? offsets : Map.of());
    }
}

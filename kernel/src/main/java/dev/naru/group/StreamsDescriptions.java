package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.wire.message.StreamsGroupDescribeResponse;
import dev.naru.wire.message.StreamsGroupHeartbeatResponse;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescription;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionGlobalStore;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateResponse;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Descriptions of the whole graph of a streams application, for people (KIP-1331): a member is
/// asked for one when the group has none of its topology, and what it sends is kept with the group.
/// Kafka hands them to a plugin; Naru needs none. Decides, changes nothing.
final class StreamsDescriptions {
    private static final byte SOURCE = 1;
    private static final byte PROCESSOR = 2;
    private static final byte SINK = 3;
    private static final byte NOT_ASKED_FOR = 0;
    private static final byte NOT_STORED = 1;
    private static final byte AVAILABLE = 3;
    /// Who was asked and did not send it is asked again after half a minute, then after twice as
    /// long each time, up to an hour.
    private static final long ASK_AGAIN_MS = 30_000;
    private static final int DOUBLINGS_MAX = 7;
    private static final long ASK_AGAIN_MS_MAX = 3_600_000;
    private static final short FIRST_VERSION_TO_ASK = 1;
    private static final short V0 = 0;

    private StreamsDescriptions() {}

    /// Whether the member is to send a description with its next request; remembers that it was
    /// asked.
    static boolean ask(StreamsDraft draft, GroupRequest.StreamsHeartbeat q,
        List<StreamsGroupHeartbeatResponse.Status> status) {
        var topology = draft.topology();
        if (topology == null || q.version() < FIRST_VERSION_TO_ASK) return false;
        var group = draft.group();
        int epoch = topology.epoch();
        var stored = group.description();
        boolean isKnown = stored != null && stored.topologyEpoch() == epoch;
        boolean isBehind = status.stream()
            .anyMatch(it -> it.statusCode() == StreamsAnswers.STALE_TOPOLOGY);
        if (isKnown || isBehind || group.refusedTopologyEpoch() == epoch) return false;
        var asked = group.asked();
        int times = 0;
        if (asked != null && asked.topologyEpoch() == epoch) {
            if (draft.now().monotonicNs() < asked.untilNs()) return false;
            times = asked.times();
        }
        long waitMs = Math.min(ASK_AGAIN_MS << Math.min(times, DOUBLINGS_MAX), ASK_AGAIN_MS_MAX);
        draft.fact(new StreamsFact.DescriptionAsked(draft.id(), epoch, times + 1,
            draft.now().monotonicNs() + waitMs * Now.NS_PER_MS));
        return true;
    }

    /// A description that a member sends.
    static Decision<GroupFact> decide(@Nullable Group known, GroupRequest.DescribeTopology q) {
        var message = q.message();
        var flaw = flaw(message);
        if (!flaw.isEmpty()) return refuse(q, ErrorCode.INVALID_REQUEST, flaw);
        if (!(known instanceof StreamsGroup group)) {
            return refuse(q, ErrorCode.GROUP_ID_NOT_FOUND,
                GroupReader.missing(message.groupId(), known, "streams"));
        }
        if (group.member(message.memberId()) == null) {
            return refuse(q, ErrorCode.UNKNOWN_MEMBER_ID, "Member " + message.memberId()
                + " is not a member of group " + group.id() + ".");
        }
        var topology = group.topology();
        int epoch = topology == null ? -1 : topology.epoch();
        if (message.topologyEpoch() != epoch) {
            return refuse(q, ErrorCode.INVALID_REQUEST, "The topology epoch is " + epoch
                + ", and not " + message.topologyEpoch() + ".");
        }
        if (message.toBuffer(V0, V0).remaining() > Limits.TOPOLOGY_DESCRIPTION_BYTES_MAX) {
            var why = answer(ErrorCode.STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED,
                "The description is larger than " + Limits.TOPOLOGY_DESCRIPTION_BYTES_MAX
                    + " bytes.");
            return Decision.of(List.of(new StreamsFact.DescriptionRefused(group.id(), epoch)),
                List.of(new Effect.Reply<>(q.from(), why)));
        }
        return Decision.of(
            List.of(new StreamsFact.Described(group.id(),
                message.toBuilder().memberId("").build())),
            List.of(new Effect.Reply<>(q.from(), answer(ErrorCode.NONE, null))));
    }

    static Decision<GroupFact> refuse(GroupRequest.DescribeTopology q, ErrorCode why,
        String text) {
        return Decision.reply(q.from(), answer(why, text));
    }

    private static StreamsGroupTopologyDescriptionUpdateResponse answer(ErrorCode code,
        @Nullable String text) {
        return StreamsGroupTopologyDescriptionUpdateResponse.builder().errorCode(code.code())
            .errorMessage(text).build();
    }

    /// "" when it is well formed.
    private static String flaw(StreamsGroupTopologyDescriptionUpdateRequest message) {
        if (message.memberId().isEmpty()) return "MemberId can't be empty.";
        if (message.groupId().isEmpty()) return "GroupId can't be empty.";
        var description = message.topologyDescription();
        for (var part : description.subtopologies()) {
            for (var node : part.nodes()) {
                boolean isKnown = node.nodeType() >= SOURCE && node.nodeType() <= SINK;
                if (!isKnown) return "There is no type of node " + node.nodeType() + ".";
            }
        }
        for (var store : description.globalStores()) {
            boolean isPair = store.source().nodeType() == SOURCE
                && store.processor().nodeType() == PROCESSOR;
            if (!isPair) return "A global store has a source and a processor.";
        }
        return "";
    }

    /// What is known of the group's topology as it is now.
    static StreamsGroupDescribeResponse.@Nullable TopologyDescription current(StreamsGroup group) {
        var topology = group.topology();
        var stored = group.description();
        boolean isCurrent = topology != null && stored != null
            && stored.topologyEpoch() == topology.epoch();
        return isCurrent
            ? told(Objects.requireNonNull(stored).topologyDescription())
            : null;
    }

    static byte status(boolean isAskedFor,
        StreamsGroupDescribeResponse.@Nullable TopologyDescription description) {
        if (!isAskedFor) return NOT_ASKED_FOR;
        return description == null ? NOT_STORED : AVAILABLE;
    }

    private static StreamsGroupDescribeResponse.TopologyDescription told(
        TopologyDescription stored) {
        return StreamsGroupDescribeResponse.TopologyDescription.builder()
            .subtopologies(stored.subtopologies().stream()
                .map(part -> StreamsGroupDescribeResponse.TopologyDescriptionSubtopology.builder()
                    .subtopologyId(part.subtopologyId())
                    .nodes(part.nodes().stream().map(StreamsDescriptions::told).toList()).build())
                .toList())
            .globalStores(stored.globalStores().stream().map(StreamsDescriptions::told).toList())
            .build();
    }

    private static StreamsGroupDescribeResponse.TopologyDescriptionGlobalStore told(
        TopologyDescriptionGlobalStore stored) {
        return StreamsGroupDescribeResponse.TopologyDescriptionGlobalStore.builder()
            .source(told(stored.source())).processor(told(stored.processor())).build();
    }

    /// With what nodes of its type have.
    private static StreamsGroupDescribeResponse.TopologyDescriptionNode told(
        TopologyDescriptionNode stored) {
        byte type = stored.nodeType();
        return StreamsGroupDescribeResponse.TopologyDescriptionNode.builder().name(stored.name())
            .nodeType(type).sourceTopics(type == SOURCE ? stored.sourceTopics() : List.of())
            .sinkTopic(type == SINK ? stored.sinkTopic() : null)
            .stores(type == PROCESSOR ? stored.stores() : List.of())
            .successors(type == SINK ? List.of() : stored.successors()).build();
    }
}

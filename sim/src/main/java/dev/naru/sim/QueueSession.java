package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.client.ClusterView;
import dev.naru.client.NodeLink;
import dev.naru.client.Reply;
import dev.naru.client.Slot;
import dev.naru.sim.history.Outcome;
import dev.naru.sim.history.Seen;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ShareAcknowledgeRequest;
import dev.naru.wire.message.ShareAcknowledgeResponse;
import dev.naru.wire.message.ShareFetchRequest;
import dev.naru.wire.message.ShareFetchResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What one member of a share group does with what one node lends it: accepts most of it, releases,
/// rejects, renews or forgets the rest, or is too late. It says so with its next fetch or on its
/// own. All it says and hears is written down.
final class QueueSession {
    private static final int FINAL_EPOCH = -1;
    /// After the lock has run out.
    private static final long LATE_MS = QueuePlan.LOCK_MS + 300;

    private final Site site;
    private final ClusterView view;
    private final String memberId;
    private final Map<Slot, Uuid> assigned = new TreeMap<>();
    private final Map<Slot, Uuid> known = new TreeMap<>();
    private final Map<Slot, Map<Long, Byte>> toSay = new TreeMap<>();
    private int sessionEpoch;
    private boolean isCalm;
    private boolean isAtWork;
    private boolean isOver;

    QueueSession(Site site, ClusterView view, String memberId) {
        this.site = site;
        this.view = view;
        this.memberId = memberId;
    }

    /// Accepts everything from now on.
    void calm() {
        isCalm = true;
    }

    /// Says nothing more.
    void end() {
        isOver = true;
    }

    void assign(Map<Slot, Uuid> wanted, NodeLink link) {
        assigned.clear();
        assigned.putAll(wanted);
        known.putAll(wanted);
        if (isAtWork || assigned.isEmpty()) return;
        isAtWork = true;
        turn(link);
    }

    /// Ends the session at the node, too; what is held goes back.
    void leave(NodeLink link, Runnable then) {
        isOver = true;
        if (sessionEpoch == 0) {
            then.run();
            return;
        }
        var request = ShareAcknowledgeRequest.builder().groupId(QueuePlan.GROUP)
            .memberId(memberId).shareSessionEpoch(FINAL_EPOCH).topics(List.of()).build();
        link.request(ApiKey.SHARE_ACKNOWLEDGE, _ -> request, _ -> then.run());
    }

    private void turn(NodeLink link) {
        if (isOver) return;
        // who begins anew holds nothing any more
        if (sessionEpoch == 0) toSay.clear();
        if (!toSay.isEmpty() && site.chance().oneIn(4)) {
            acknowledge(link);
        } else if (assigned.isEmpty()) {
            site.within(200, () -> turn(link));
        } else {
            fetch(link);
        }
    }

    private Map<Slot, Map<Long, Byte>> takeToSay() {
        var said = new TreeMap<>(toSay);
        toSay.clear();
        return said;
    }

    private void acknowledge(NodeLink link) {
        var said = takeToSay();
        boolean renews = !isCalm && site.chance().oneIn(4);
        // renewed, they are held on and forgotten
        if (renews) said.values().forEach(own -> own.replaceAll((_, _) -> Seen.RENEW));
        var request = ShareAcknowledgeRequest.builder().groupId(QueuePlan.GROUP)
            .memberId(memberId).shareSessionEpoch(sessionEpoch).isRenewAck(renews)
            .topics(acknowledged(said)).build();
        long startNs = site.nowNs();
        link.request(ApiKey.SHARE_ACKNOWLEDGE, _ -> request, reply -> {
            if (reply instanceof Reply.Answer answer) {
                answered((ShareAcknowledgeResponse) answer.body(), said, startNs);
            } else {
                view.refresh();
                sessionEpoch = 0;
                settled(said, Outcome.UNKNOWN, startNs);
            }
            site.within(50, () -> turn(link));
        });
    }

    private List<ShareAcknowledgeRequest.AcknowledgeTopic> acknowledged(
        Map<Slot, Map<Long, Byte>> said) {
        var byTopic = new TreeMap<Uuid, List<ShareAcknowledgeRequest.AcknowledgePartition>>();
        said.forEach((slot, own) -> {
            var batches = new ArrayList<ShareAcknowledgeRequest.AcknowledgementBatch>();
            own.forEach((offset, type) -> batches
                .add(ShareAcknowledgeRequest.AcknowledgementBatch.builder().firstOffset(offset)
                    .lastOffset(offset).acknowledgeTypes(List.of(type)).build()));
            byTopic.computeIfAbsent(known.getOrDefault(slot, Uuid.ZERO), _ -> new ArrayList<>())
                .add(ShareAcknowledgeRequest.AcknowledgePartition.builder()
                    .partitionIndex(slot.partition()).acknowledgementBatches(batches).build());
        });
        var topics = new ArrayList<ShareAcknowledgeRequest.AcknowledgeTopic>();
        byTopic.forEach((topicId, partitions) -> topics.add(
            ShareAcknowledgeRequest.AcknowledgeTopic.builder().topicId(topicId)
                .partitions(partitions).build()));
        return topics;
    }

    private void answered(ShareAcknowledgeResponse response, Map<Slot, Map<Long, Byte>> said,
        long startNs) {
        if (response.errorCode() != 0) {
            sessionEpoch = 0;
            settled(said, Outcome.REFUSED, startNs);
            return;
        }
        sessionEpoch++;
        for (var topic : response.responses()) {
            var name = view.nameOf(topic.topicId()).orElse("");
            for (var each : topic.partitions()) {
                var slot = new Slot(name, each.partitionIndex());
                var own = said.remove(slot);
                if (each.errorCode() != 0) view.refresh();
                if (own != null) settled(slot, own, outcome(each.errorCode()), startNs);
            }
        }
        settled(said, Outcome.UNKNOWN, startNs);
    }

    private void fetch(NodeLink link) {
        var said = takeToSay();
        var request = request(said);
        long startNs = site.nowNs();
        link.request(ApiKey.SHARE_FETCH, _ -> request, reply -> {
            if (reply instanceof Reply.Answer answer) {
                answered((ShareFetchResponse) answer.body(), said, startNs);
            } else {
                view.refresh();
                sessionEpoch = 0;
                settled(said, Outcome.UNKNOWN, startNs);
            }
            site.within(50, () -> turn(link));
        });
    }

    /// Fetches what is assigned, says what it owes, and forgets what is no longer its own.
    private ShareFetchRequest request(Map<Slot, Map<Long, Byte>> said) {
        var asked = new TreeMap<Uuid, List<ShareFetchRequest.FetchPartition>>();
        var forgotten = new ArrayList<ShareFetchRequest.ForgottenTopic>();
        known.forEach((slot, topicId) -> {
            var own = said.getOrDefault(slot, Map.of());
            if (!assigned.containsKey(slot)) {
                forgotten.add(ShareFetchRequest.ForgottenTopic.builder().topicId(topicId)
                    .partitions(List.of(slot.partition())).build());
            }
            if (!assigned.containsKey(slot) && own.isEmpty()) return;
            asked.computeIfAbsent(topicId, _ -> new ArrayList<>())
                .add(ShareFetchRequest.FetchPartition.builder().partitionIndex(slot.partition())
                    .acknowledgementBatches(batches(own)).build());
        });
        var topics = new ArrayList<ShareFetchRequest.FetchTopic>();
        asked.forEach((topicId, partitions) -> topics.add(ShareFetchRequest.FetchTopic
            .builder().topicId(topicId).partitions(partitions).build()));
        var chance = site.chance();
        return ShareFetchRequest.builder().groupId(QueuePlan.GROUP).memberId(memberId)
            .shareSessionEpoch(sessionEpoch).maxWaitMs(200).minBytes(1).maxBytes(100_000)
            .maxRecords(1 + chance.below(20)).batchSize(10)
            .shareAcquireMode((byte) chance.below(2)).topics(topics)
            .forgottenTopicsData(forgotten).build();
    }

    private static List<ShareFetchRequest.AcknowledgementBatch> batches(Map<Long, Byte> said) {
        var batches = new ArrayList<ShareFetchRequest.AcknowledgementBatch>();
        said.forEach((offset, type) -> batches.add(ShareFetchRequest.AcknowledgementBatch.builder()
            .firstOffset(offset).lastOffset(offset).acknowledgeTypes(List.of(type)).build()));
        return batches;
    }

    private void answered(ShareFetchResponse response, Map<Slot, Map<Long, Byte>> said,
        long startNs) {
        if (response.errorCode() != 0) {
            sessionEpoch = 0;
            settled(said, Outcome.REFUSED, startNs);
            return;
        }
        sessionEpoch++;
        for (var topic : response.responses()) {
            var name = view.nameOf(topic.topicId()).orElse("");
            for (var each : topic.partitions()) {
                var slot = new Slot(name, each.partitionIndex());
                var own = said.remove(slot);
                if (each.errorCode() != 0) view.refresh();
                if (own != null) settled(slot, own, outcome(each.acknowledgeErrorCode()), startNs);
                if (!each.acquiredRecords().isEmpty()) lent(slot, each, startNs);
            }
        }
        settled(said, Outcome.UNKNOWN, startNs);
    }

    private static Outcome outcome(short code) {
        return switch (ErrorCode.of(code)) {
            case NONE -> Outcome.OK;
            case INVALID_RECORD_STATE, INVALID_REQUEST -> Outcome.REFUSED;
            default -> Outcome.UNKNOWN;
        };
    }

    private void lent(Slot slot, ShareFetchResponse.PartitionData found, long startNs) {
        var numbers = Values.numbers(found.records(), site.tools().codecs());
        for (var range : found.acquiredRecords()) {
            for (long offset = range.firstOffset(); offset <= range.lastOffset(); offset++) {
                var number = numbers.get(offset);
                if (number == null) {
                    site.violation("queue: lent without its bytes: " + slot + " " + offset);
                    continue;
                }
                site.world().trace().count("queue: lent");
                site.world().trace().mix(number);
                site.history().saw(new Seen.Lent(new Seen.Place(QueuePlan.GROUP, slot, offset),
                    memberId, number, range.deliveryCount(), startNs, site.nowNs()));
                choose(slot, offset);
            }
        }
    }

    private void choose(Slot slot, long offset) {
        int choice = isCalm ? 0 : site.chance().below(20);
        byte type = switch (choice) {
            case 1 -> Seen.RELEASE;
            case 2 -> Seen.REJECT;
            default -> Seen.ACCEPT;
        };
        switch (choice) {
            case 3 -> {
                // forgotten: its lock runs out
            }
            case 4 -> site.loop().after(LATE_MS * Now.NS_PER_MS, () -> say(slot, offset, type));
            default -> say(slot, offset, type);
        }
    }

    private void say(Slot slot, long offset, byte type) {
        toSay.computeIfAbsent(slot, _ -> new TreeMap<>()).put(offset, type);
    }

    private void settled(Map<Slot, Map<Long, Byte>> said, Outcome outcome, long startNs) {
        said.forEach((slot, own) -> settled(slot, own, outcome, startNs));
    }

    private void settled(Slot slot, Map<Long, Byte> said, Outcome outcome, long startNs) {
        said.forEach((offset, type) -> {
            site.world().trace().count("queue: type " + type + " " + outcome);
            site.history().saw(new Seen.Settled(new Seen.Place(QueuePlan.GROUP, slot, offset),
                memberId, type, outcome, startNs, site.nowNs()));
        });
    }
}

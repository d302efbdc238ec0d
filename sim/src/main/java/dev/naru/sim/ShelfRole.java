package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.client.ClusterView;
import dev.naru.client.NodeLink;
import dev.naru.client.Producer;
import dev.naru.client.ProducerSettings;
import dev.naru.client.Reply;
import dev.naru.client.Sent;
import dev.naru.client.Slot;
import dev.naru.record.Codec;
import dev.naru.wire.Message;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.DeleteGroupsRequest;
import dev.naru.wire.message.DeleteGroupsResponse;
import dev.naru.wire.message.ShareFetchRequest;
import dev.naru.wire.message.ShareFetchRequest.AcknowledgementBatch;
import dev.naru.wire.message.ShareFetchResponse;
import dev.naru.wire.message.ShareGroupHeartbeatRequest;
import dev.naru.wire.message.ShareGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A share group that reads a few records, is deleted, and starts over, again and again: whatever
/// cuts a deletion short, the group must be deletable, and its next life must be lent all records.
final class ShelfRole {
    /// What only this role uses.
    static final String TOPIC = "shelf";
    private static final String GROUP = "shelf";
    private static final int RECORDS = 4;
    private static final byte ACCEPT = 1;
    private static final int LEAVES = -1;

    private final Site site;
    private final Slot slot = new Slot(TOPIC, 0);
    private final ClusterView view;
    private final GroupLink group;
    private final GroupConfigs configs = new GroupConfigs(GROUP,
        Map.of("share.auto.offset.reset", "earliest", "share.record.lock.duration.ms", "1000",
            "share.session.timeout.ms", "2000", "share.heartbeat.interval.ms", "300"));
    private final Producer producer;
    private final TreeSet<Long> held = new TreeSet<>();
    private final TreeSet<Long> done = new TreeSet<>();
    private @Nullable NodeLink lender;
    private Uuid topicId = Uuid.ZERO;
    private String memberId = "";
    private int memberEpoch;
    private int sessionEpoch;
    private int written;
    private boolean isCalm;
    private boolean isLastRound;
    private boolean isThrough;

    ShelfRole(Site site) {
        this.site = site;
        this.view = site.view();
        this.group = new GroupLink(view, GROUP);
        this.producer = new Producer(view, new ProducerSettings(ProducerSettings.ACKS_ALL, true,
            true, 1, 1, 0, 8_000, Codec.NONE));
    }

    void start() {
        site.now(() -> {
            view.want(List.of(TOPIC));
            write();
        });
    }

    /// One more round, from its beginning, is to go through.
    void calm() {
        isCalm = true;
    }

    boolean isThrough() {
        return isThrough;
    }

    void close() {
        producer.close();
        view.close();
        site.over();
    }

    private void write() {
        if (written == RECORDS) {
            begin();
            return;
        }
        producer.send(slot, site.tools().clock().wallMs(), null, Values.encode(written, 10),
            outcome -> {
                if (outcome instanceof Sent.Acked) written++;
                site.within(100, this::write);
            });
    }

    /// Asks the coordinator until there is an answer, then goes on.
    private <A> void ask(ApiKey key, Message request, Class<A> type, Consumer<A> then) {
        group.ask(key, request, reply -> {
            if (reply instanceof Reply.Answer answer) {
                then.accept(type.cast(answer.body()));
            } else {
                site.within(100, () -> ask(key, request, type, then));
            }
        });
    }

    private void begin() {
        if (isLastRound) {
            isThrough = true;
            return;
        }
        isLastRound = isCalm;
        memberId = site.tools().entropy().uuid().toString();
        memberEpoch = 0;
        sessionEpoch = 0;
        held.clear();
        done.clear();
        topicId = Uuid.ZERO;
        configs.set(view, error -> {
            if (error == ErrorCode.NONE) {
                site.world().trace().count("shelf: rounds");
                beat();
            } else {
                isLastRound = false;
                site.within(100, this::begin);
            }
        });
    }

    private void beat() {
        var request = ShareGroupHeartbeatRequest.builder().groupId(GROUP).memberId(memberId)
            .memberEpoch(memberEpoch)
            .subscribedTopicNames(memberEpoch == 0 ? List.of(TOPIC) : null)
            .build();
        ask(ApiKey.SHARE_GROUP_HEARTBEAT, request, ShareGroupHeartbeatResponse.class, answer -> {
            group.heard(ErrorCode.of(answer.errorCode()));
            memberEpoch = answer.errorCode() == 0 ? answer.memberEpoch() : 0;
            var assignment = answer.assignment();
            if (assignment != null && !assignment.topicPartitions().isEmpty()) {
                topicId = assignment.topicPartitions().getFirst().topicId();
            }
            site.within(20, topicId.isZero() ? this::beat : this::fetch);
        });
    }

    /// Takes everything, and a heartbeat after each fetch.
    private void fetch() {
        if (done.size() >= RECORDS) {
            leave();
            return;
        }
        var leader = view.leader(slot);
        if (leader.isEmpty()) {
            view.refresh();
            site.within(100, this::beat);
            return;
        }
        if (leader.get() != lender) sessionEpoch = 0;
        lender = leader.get();
        if (sessionEpoch == 0) held.clear();
        var said = List.copyOf(held);
        held.clear();
        var request = request(said);
        lender.request(ApiKey.SHARE_FETCH, _ -> request, reply -> {
            if (reply instanceof Reply.Answer answer) {
                answered((ShareFetchResponse) answer.body(), said);
            } else {
                view.refresh();
                sessionEpoch = 0;
                // they may be stored, and never come again
                done.addAll(said);
            }
            site.within(50, this::beat);
        });
    }

    private ShareFetchRequest request(List<Long> said) {
        var batches = new ArrayList<AcknowledgementBatch>();
        said.forEach(offset -> batches.add(AcknowledgementBatch.builder().firstOffset(offset)
            .lastOffset(offset).acknowledgeTypes(List.of(ACCEPT)).build()));
        var partition = ShareFetchRequest.FetchPartition.builder().partitionIndex(0)
            .acknowledgementBatches(batches).build();
        return ShareFetchRequest.builder().groupId(GROUP).memberId(memberId)
            .shareSessionEpoch(sessionEpoch).maxWaitMs(200).minBytes(1).maxBytes(100_000)
            .maxRecords(RECORDS).batchSize(RECORDS)
            .topics(List.of(ShareFetchRequest.FetchTopic.builder().topicId(topicId)
                .partitions(List.of(partition)).build()))
            .forgottenTopicsData(List.of()).build();
    }

    private void answered(ShareFetchResponse response, List<Long> said) {
        if (response.errorCode() != 0) {
            sessionEpoch = 0;
            return;
        }
        sessionEpoch++;
        for (var topic : response.responses()) {
            for (var each : topic.partitions()) {
                var error = ErrorCode.of(each.acknowledgeErrorCode());
                if (each.errorCode() != 0) view.refresh();
                if (error != ErrorCode.INVALID_RECORD_STATE) done.addAll(said);
                for (var range : each.acquiredRecords()) {
                    for (long at = range.firstOffset(); at <= range.lastOffset(); at++)
                        held.add(at);
                }
            }
        }
    }

    private void leave() {
        var request = ShareGroupHeartbeatRequest.builder().groupId(GROUP).memberId(memberId)
            .memberEpoch(LEAVES).build();
        ask(ApiKey.SHARE_GROUP_HEARTBEAT, request, ShareGroupHeartbeatResponse.class,
            _ -> delete());
    }

    /// Until it is gone; the members of another life may still be in it for a while.
    private void delete() {
        var request = DeleteGroupsRequest.builder().groupsNames(List.of(GROUP)).build();
        ask(ApiKey.DELETE_GROUPS, request, DeleteGroupsResponse.class, answer -> {
            var error = ErrorCode.of(answer.results().getFirst().errorCode());
            group.heard(error);
            site.world().trace().count("shelf: deletion " + error);
            if (error == ErrorCode.NONE || error == ErrorCode.GROUP_ID_NOT_FOUND) {
                site.within(200, this::begin);
            } else {
                site.within(200, this::delete);
            }
        });
    }
}

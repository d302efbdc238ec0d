package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.share.Acknowledgement;
import dev.naru.share.AcquireMode;
import dev.naru.wire.message.ShareAcknowledgeRequest;
import dev.naru.wire.message.ShareAcknowledgeResponse;
import dev.naru.wire.message.ShareFetchRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// ShareFetch and ShareAcknowledge (KIP-932, renewals KIP-1222, acquire modes KIP-1206): finds or
/// makes the session, takes in what the request says, and starts a round.
final class ShareFetchHandler {
    private static final int FINAL_EPOCH = -1;
    private static final int NEW_SESSION_EPOCH = 0;
    private static final short RENEWS_SINCE = 2;

    private final ShareRound.Rooms rooms;
    private final Map<Loop, ShareSessions> sessionsByLoop;

    ShareFetchHandler(ShareRound.Rooms rooms, Map<Loop, ShareSessions> sessionsByLoop) {
        this.rooms = rooms;
        this.sessionsByLoop = sessionsByLoop;
    }

    private ShareSessions sessions(Call call) {
        var sessions = sessionsByLoop.get(call.connection().loop());
        if (sessions == null) throw new IllegalStateException("a connection on an unknown loop");
        return sessions;
    }

    void fetch(Call call) {
        var request = (ShareFetchRequest) call.request();
        var mode = AcquireMode.of(request.shareAcquireMode());
        var key = key(request.groupId(), request.memberId());
        if (key.isEmpty() || mode.isEmpty() || isRenewalThatFetches(request)) {
            refuse(call, ErrorCode.INVALID_REQUEST);
            return;
        }
        int epoch = request.shareSessionEpoch();
        if (epoch == NEW_SESSION_EPOCH) {
            open(call, request, key.get());
            return;
        }
        var session = sessions(call).find(key.get());
        if (session.isEmpty() || session.get().connection() != call.connection()) {
            refuse(call, ErrorCode.SHARE_SESSION_NOT_FOUND);
        } else if (epoch == FINAL_EPOCH) {
            run(call, session.get(), ShareRound.Wanted.NOTHING, acknowledgements(request));
        } else if (epoch != session.get().epoch()) {
            refuse(call, ErrorCode.INVALID_SHARE_SESSION_EPOCH);
        } else {
            session.get().nextEpoch();
            takeIn(session.get(), request);
            run(call, session.get(), wanted(request, mode.get()), acknowledgements(request));
        }
    }

    private static Optional<ShareSession.Key> key(@Nullable String group,
        @Nullable String memberId) {
        if (group == null || group.isEmpty() || memberId == null || memberId.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ShareSession.Key(group, memberId));
    }

    /// A request that renews fetches nothing.
    private static boolean isRenewalThatFetches(ShareFetchRequest request) {
        return request.isRenewAck() && (request.maxBytes() != 0 || request.minBytes() != 0
            || request.maxRecords() != 0 || request.maxWaitMs() != 0);
    }

    private void open(Call call, ShareFetchRequest request, ShareSession.Key key) {
        if (!acknowledgements(request).isEmpty()) {
            refuse(call, ErrorCode.INVALID_REQUEST);
            return;
        }
        var session = sessions(call).open(key, call.connection());
        if (session.isEmpty()) {
            refuse(call, ErrorCode.SHARE_SESSION_LIMIT_REACHED);
            return;
        }
        takeIn(session.get(), request);
        var mode = AcquireMode.of(request.shareAcquireMode()).orElseThrow();
        run(call, session.get(), wanted(request, mode), new LinkedHashMap<>());
    }

    private static void takeIn(ShareSession session, ShareFetchRequest request) {
        for (var topic : request.topics()) {
            for (var partition : topic.partitions()) {
                session.fetch(
                    new ShareEntry.Part(topic.topicId(), partition.partitionIndex()));
            }
        }
        for (var topic : request.forgottenTopicsData()) {
            for (int partition : topic.partitions())
                session.forget(new ShareEntry.Part(topic.topicId(), partition));
        }
    }

    private ShareRound.Wanted wanted(ShareFetchRequest request, AcquireMode mode) {
        int maxBytes = Math.min(request.maxBytes(),
            rooms.cluster().settings().integer("fetch.max.bytes"));
        return new ShareRound.Wanted(request.maxRecords(), Math.max(1, request.batchSize()), mode,
            request.minBytes(), maxBytes, request.maxWaitMs());
    }

    private static Map<ShareEntry.Part, List<Acknowledgement>> acknowledgements(
        ShareFetchRequest request) {
        var all = new LinkedHashMap<ShareEntry.Part, List<Acknowledgement>>();
        for (var topic : request.topics()) {
            for (var partition : topic.partitions()) {
                if (partition.acknowledgementBatches().isEmpty()) continue;
                var batches = new ArrayList<Acknowledgement>();
                for (var batch : partition.acknowledgementBatches()) {
                    batches.add(new Acknowledgement(batch.firstOffset(), batch.lastOffset(),
                        batch.acknowledgeTypes()));
                }
                all.put(new ShareEntry.Part(topic.topicId(), partition.partitionIndex()), batches);
            }
        }
        return all;
    }

    private void run(Call call, ShareSession session, ShareRound.Wanted wanted,
        Map<ShareEntry.Part, List<Acknowledgement>> acknowledgements) {
        boolean isFinal = ((ShareFetchRequest) call.request()).shareSessionEpoch() == FINAL_EPOCH;
        var round = new ShareRound(rooms, session, wanted, news -> {
            var response = ShareAnswer.fetched(session, news, leaders(call));
            if (isFinal) {
                sessions(call).close(session, () -> call.reply(response));
            } else {
                call.reply(response);
            }
        });
        takeAcknowledgements(call, session, round, acknowledgements);
        call.whenAbandoned(round::abandon);
        round.start();
    }

    private CurrentLeaders leaders(Call call) {
        return new CurrentLeaders(rooms.cluster().image(), call.caller().listener());
    }

    private static void takeAcknowledgements(Call call, ShareSession session, ShareRound round,
        Map<ShareEntry.Part, List<Acknowledgement>> acknowledgements) {
        acknowledgements.forEach((part, all) -> {
            var entry = session.entry(part);
            if (Acknowledgement.problem(all, call.version() >= RENEWS_SINCE).isPresent()) {
                entry.acknowledged = ErrorCode.INVALID_REQUEST;
            } else {
                round.acknowledge(entry, all);
            }
        });
    }

    private static void refuse(Call call, ErrorCode why) {
        call.reply(ShareAnswer.refused(why));
    }

    void acknowledge(Call call) {
        var request = (ShareAcknowledgeRequest) call.request();
        var key = key(request.groupId(), request.memberId());
        if (key.isEmpty()) {
            refuseAcknowledge(call, ErrorCode.INVALID_REQUEST);
            return;
        }
        int epoch = request.shareSessionEpoch();
        if (epoch == NEW_SESSION_EPOCH) {
            refuseAcknowledge(call, ErrorCode.INVALID_SHARE_SESSION_EPOCH);
            return;
        }
        var session = sessions(call).find(key.get());
        if (session.isEmpty() || session.get().connection() != call.connection()) {
            refuseAcknowledge(call, ErrorCode.SHARE_SESSION_NOT_FOUND);
        } else if (epoch != FINAL_EPOCH && epoch != session.get().epoch()) {
            refuseAcknowledge(call, ErrorCode.INVALID_SHARE_SESSION_EPOCH);
        } else {
            if (epoch != FINAL_EPOCH) session.get().nextEpoch();
            acknowledge(call, session.get(), epoch == FINAL_EPOCH);
        }
    }

    private void acknowledge(Call call, ShareSession session, boolean isFinal) {
        var round = new ShareRound(rooms, session, ShareRound.Wanted.NOTHING, news -> {
            var response = ShareAnswer.acknowledged(session, news, leaders(call));
            if (isFinal) {
                sessions(call).close(session, () -> call.reply(response));
            } else {
                call.reply(response);
            }
        });
        var all = acknowledgements((ShareAcknowledgeRequest) call.request());
        takeAcknowledgements(call, session, round, all);
        call.whenAbandoned(round::abandon);
        round.start();
    }

    private static Map<ShareEntry.Part, List<Acknowledgement>> acknowledgements(
        ShareAcknowledgeRequest request) {
        var all = new LinkedHashMap<ShareEntry.Part, List<Acknowledgement>>();
        for (var topic : request.topics()) {
            for (var partition : topic.partitions()) {
                var batches = new ArrayList<Acknowledgement>();
                for (var batch : partition.acknowledgementBatches()) {
                    batches.add(new Acknowledgement(batch.firstOffset(), batch.lastOffset(),
                        batch.acknowledgeTypes()));
                }
                all.put(new ShareEntry.Part(topic.topicId(), partition.partitionIndex()), batches);
            }
        }
        return all;
    }

    private static void refuseAcknowledge(Call call, ErrorCode why) {
        call.reply(ShareAcknowledgeResponse.builder()
            .errorCode(why.code())
            .errorMessage(why.text())
            .build());
    }
}

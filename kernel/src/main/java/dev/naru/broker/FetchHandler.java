package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Uuid;
import dev.naru.partition.PartitionReader;
import dev.naru.wire.message.FetchRequest;
import dev.naru.wire.message.FetchResponse;
import java.util.List;
import java.util.Map;

/// Fetch: finds or makes the session, takes in what the request changed of it, and starts a round.
final class FetchHandler {
    private static final int NO_SESSION_EPOCH = -1;
    private static final int NEW_SESSION_EPOCH = 0;
    private static final short TOPIC_IDS_SINCE_VERSION = 13;

    private final FetchRound.Rooms rooms;
    private final Map<Loop, Sessions> sessionsByLoop;

    /// The sessions of one loop: however many clients there are, they take none from a replica.
    record Sessions(FetchSessions ofClients, FetchSessions ofReplicas) {}

    FetchHandler(FetchRound.Rooms rooms, Map<Loop, Sessions> sessionsByLoop) {
        this.rooms = rooms;
        this.sessionsByLoop = sessionsByLoop;
    }

    void handle(Call call) {
        var request = (FetchRequest) call.request();
        boolean isReplica = replicaId(request) >= 0;
        if (isReplica && !call.caller().maySpeakFor(replicaId(request))) {
            // replicas fetch on the nodes' own listener, never here, and each for itself
            refuse(call, ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
            return;
        }
        var ofLoop = sessionsByLoop.get(call.connection().loop());
        if (ofLoop == null) throw new IllegalStateException("a connection on an unknown loop");
        var sessions = isReplica ? ofLoop.ofReplicas() : ofLoop.ofClients();
        boolean usesTopicIds = call.version() >= TOPIC_IDS_SINCE_VERSION;
        if (request.sessionEpoch() > NEW_SESSION_EPOCH) {
            continueSession(call, request, sessions, usesTopicIds);
            return;
        }
        if (request.sessionId() != 0) sessions.close(request.sessionId());
        var session = request.sessionEpoch() == NO_SESSION_EPOCH
            ? new FetchSession(0, usesTopicIds, 0)
            : sessions.open(usesTopicIds);
        // a node that comes back opens another; clients take theirs along to their next connection
        if (isReplica && session.id() != 0)
            call.connection().whenClosed(() -> sessions.close(session.id()));
        takeIn(session, request);
        new FetchRound(rooms, call, session, true).start();
    }

    /// Version 15 says it in another place than those before.
    private static int replicaId(FetchRequest request) {
        return Math.max(request.replicaId(), request.replicaState().replicaId());
    }

    /// Who reads, and how far.
    static PartitionReader.Reader reader(Call call, FetchRequest request) {
        if (replicaId(request) >= 0) {
            return PartitionReader.Reader.replica(replicaId(request),
                request.replicaState().replicaEpoch());
        }
        var client = PartitionReader.Reader
            .client(request.isolationLevel() == FetchRound.READ_COMMITTED);
        // a client that says where it is may be sent to a replica near to it (KIP-392)
        return request.rackId().isEmpty() ? client : client.ofAnyReplica();
    }

    private void continueSession(Call call, FetchRequest request, FetchSessions sessions,
        boolean usesTopicIds) {
        var found = sessions.find(request.sessionId());
        if (found.isEmpty()) {
            refuse(call, ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
            return;
        }
        var session = found.get();
        if (session.epoch() != request.sessionEpoch()) {
            refuse(call, ErrorCode.INVALID_FETCH_SESSION_EPOCH);
            return;
        }
        if (session.usesTopicIds() != usesTopicIds) {
            refuse(call, ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
            return;
        }
        session.nextEpoch(rooms.clock().monotonicNs());
        takeIn(session, request);
        new FetchRound(rooms, call, session, false).start();
    }

    private static void takeIn(FetchSession session, FetchRequest request) {
        for (var topic : request.topics()) {
            for (var partition : topic.partitions()) {
                var key = key(session, topic.topicId(), topic.topic(), partition.partition());
                session.ask(key, partition);
            }
        }
        for (var topic : request.forgottenTopicsData()) {
            for (int partition : topic.partitions()) {
                session.forget(key(session, topic.topicId(), topic.topic(), partition));
            }
        }
    }

    private static FetchEntry.Key key(FetchSession session, Uuid topicId, String topic,
        int partition) {
        return session.usesTopicIds()
            ? new FetchEntry.Key(topicId, "", partition)
            : new FetchEntry.Key(Uuid.ZERO, topic, partition);
    }

    private static void refuse(Call call, ErrorCode why) {
        call.reply(FetchResponse.builder().errorCode(why.code()).responses(List.of()).build());
    }
}

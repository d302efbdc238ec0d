package dev.naru.broker;

import dev.naru.wire.message.DeleteShareGroupStateRequest;
import dev.naru.wire.message.InitializeShareGroupStateRequest;
import dev.naru.wire.message.ReadShareGroupStateRequest;
import dev.naru.wire.message.ReadShareGroupStateSummaryRequest;
import dev.naru.wire.message.WriteShareGroupStateRequest;

/// What other nodes ask of the stored states of share partitions (KIP-932): answered by the shards
/// of this node, NOT_COORDINATOR for all others. At the door between nodes only. What waits to be
/// stored does not hold up what comes after it on the connection.
final class ShareStatesHandler {
    private final SharePersister here;

    ShareStatesHandler(SharePersister here) {
        this.here = here;
    }

    void initialize(Call call) {
        here.initialize(call.connection().loop(),
            (InitializeShareGroupStateRequest) call.request(), call::reply);
        call.isAppended();
    }

    void read(Call call) {
        here.read(call.connection().loop(), (ReadShareGroupStateRequest) call.request(),
            call::reply);
        call.isAppended();
    }

    void write(Call call) {
        here.write(call.connection().loop(), (WriteShareGroupStateRequest) call.request(),
            call::reply);
        call.isAppended();
    }

    void delete(Call call) {
        here.delete(call.connection().loop(), (DeleteShareGroupStateRequest) call.request(),
            call::reply);
        call.isAppended();
    }

    void summarize(Call call) {
        here.summarize(call.connection().loop(),
            (ReadShareGroupStateSummaryRequest) call.request(), call::reply);
        call.isAppended();
    }
}

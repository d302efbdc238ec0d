package dev.naru.broker;

import dev.naru.base.Loop;
import dev.naru.share.ShareKey;
import dev.naru.wire.message.DeleteShareGroupStateRequest;
import dev.naru.wire.message.InitializeShareGroupStateRequest;
import dev.naru.wire.message.ReadShareGroupStateRequest;
import dev.naru.wire.message.ReadShareGroupStateSummaryRequest;
import dev.naru.wire.message.WriteShareGroupStateRequest;
import java.util.List;

/// What other nodes ask of the stored states of share partitions (KIP-932): answered by the shards
/// of this node, NOT_COORDINATOR for all others; share partitions whose state is deleted or begun
/// anew are dropped, whoever keeps it. At the door between nodes only. What waits to be stored does
/// not hold up what comes after it on the connection.
final class ShareStatesHandler {
    private final SharePersister here;
    private final List<ShareTable> tables;

    ShareStatesHandler(SharePersister here, List<ShareTable> tables) {
        this.here = here;
        this.tables = tables;
    }

    void initialize(Call call) {
        var request = (InitializeShareGroupStateRequest) call.request();
        var keys = ShareStateForm.INITIALIZE.keys().apply(request);
        boolean isAnew = request.topics().stream().flatMap(topic -> topic.partitions().stream())
            .anyMatch(each -> each.stateEpoch() > 0);
        var loop = call.connection().loop();
        forget(isAnew ? keys : List.of(), 0, loop,
            () -> here.initialize(loop, request, call::reply));
        call.isAppended();
    }

    /// What the loops know of these share partitions is not so any more.
    private void forget(List<ShareKey> keys, int at, Loop home, Runnable then) {
        if (keys.isEmpty() || at == tables.size()) {
            Partitions.on(home, then);
            return;
        }
        var table = tables.get(at);
        Partitions.on(table.loop(), () -> {
            keys.forEach(table::drop);
            forget(keys, at + 1, home, then);
        });
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
        var request = (DeleteShareGroupStateRequest) call.request();
        var loop = call.connection().loop();
        forget(ShareStateForm.DELETE.keys().apply(request), 0, loop,
            () -> here.delete(loop, request, call::reply));
        call.isAppended();
    }

    void summarize(Call call) {
        here.summarize(call.connection().loop(),
            (ReadShareGroupStateSummaryRequest) call.request(), call::reply);
        call.isAppended();
    }
}

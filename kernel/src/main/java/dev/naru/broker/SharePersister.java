package dev.naru.broker;

import dev.naru.base.Loop;
import dev.naru.wire.message.DeleteShareGroupStateRequest;
import dev.naru.wire.message.DeleteShareGroupStateResponse;
import dev.naru.wire.message.InitializeShareGroupStateRequest;
import dev.naru.wire.message.InitializeShareGroupStateResponse;
import dev.naru.wire.message.ReadShareGroupStateRequest;
import dev.naru.wire.message.ReadShareGroupStateResponse;
import dev.naru.wire.message.ReadShareGroupStateSummaryRequest;
import dev.naru.wire.message.ReadShareGroupStateSummaryResponse;
import dev.naru.wire.message.WriteShareGroupStateRequest;
import dev.naru.wire.message.WriteShareGroupStateResponse;
import java.util.function.Consumer;

/// The way to the stored state of share partitions, in the protocol's own messages (KIP-932), so
/// that a leader and the keeper of its state may be on different nodes. Every answer comes on the
/// loop `home`, once.
interface SharePersister {
    void initialize(Loop home, InitializeShareGroupStateRequest request,
        Consumer<InitializeShareGroupStateResponse> answer);

    void read(Loop home, ReadShareGroupStateRequest request,
        Consumer<ReadShareGroupStateResponse> answer);

    void write(Loop home, WriteShareGroupStateRequest request,
        Consumer<WriteShareGroupStateResponse> answer);

    void delete(Loop home, DeleteShareGroupStateRequest request,
        Consumer<DeleteShareGroupStateResponse> answer);

    void summarize(Loop home, ReadShareGroupStateSummaryRequest request,
        Consumer<ReadShareGroupStateSummaryResponse> answer);
}

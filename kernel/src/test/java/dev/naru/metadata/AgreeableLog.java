package dev.naru.metadata;

import dev.naru.base.Loop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A metadata log that commits whatever is proposed, a turn later.
final class AgreeableLog implements MetadataLog {
    private final Loop loop;
    private final List<Integer> gone = new ArrayList<>();
    private Listener listener = new NoListener();
    private long index;

    AgreeableLog(Loop loop) {
        this.loop = loop;
    }

    /// Whom to tell that another node leads, or this one.
    Listener listener() {
        return listener;
    }

    /// The nodes at whose doors nobody answers any more, as this log was told.
    List<Integer> told() {
        return gone;
    }

    @Override public void gone(int nodeId) {
        gone.add(nodeId);
    }

    @Override public void start(Loop on, Listener heard) {
        listener = heard;
        on.execute(() -> heard.onLeading(1));
    }

    @Override public void propose(ByteBuffer batch, Kind kind, Consumer<Outcome> outcome) {
        loop.execute(() -> {
            long at = ++index;
            listener.onCommitted(at, batch);
            outcome.accept(new Outcome.Committed(at));
        });
    }

    @Override public void close() {}
}

package dev.naru.sim.contract;

import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.Quorum;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One life of a node that writes down what its log tells it. Its state is the batches by index,
/// each a number. Read from the caller's thread.
final class LogSeat implements MetadataLog.Listener {
    static final int UNTOLD = Integer.MIN_VALUE;

    final List<String> events = Collections.synchronizedList(new ArrayList<>());
    final List<Integer> epochs = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger snapshotsAsked = new AtomicInteger();
    final AtomicInteger snapshotsGiven = new AtomicInteger();
    final AtomicInteger wrongs = new AtomicInteger();
    private final LogYard yard;
    private final LogYard.Life life;
    private volatile TreeMap<Long, Long> valueByIndex = new TreeMap<>();
    private volatile boolean isLeading;
    private volatile int leaderId = UNTOLD;

    LogSeat(LogYard yard, int nodeId) {
        this.yard = yard;
        this.life = yard.boot(nodeId);
        life.log().start(life.loop(), this);
    }

    boolean isLeading() {
        return isLeading;
    }

    boolean hasRole() {
        return isLeading || leaderId != UNTOLD;
    }

    int leaderId() {
        return leaderId;
    }

    /// What it knows, by index.
    SortedMap<Long, Long> state() {
        return valueByIndex;
    }

    List<Long> values() {
        return List.copyOf(valueByIndex.values());
    }

    Quorum quorum() {
        return life.log().quorum();
    }

    /// Proposes, and lets the cluster work until it is known how that ended.
    MetadataLog.Outcome propose(long value) {
        var outcome = new AtomicReference<MetadataLog.@Nullable Outcome>();
        life.loop().execute(() -> {
            var batch = ByteBuffer.allocate(12).putInt(7).putLong(value).flip().position(4);
            life.log().propose(batch, MetadataLog.Kind.URGENT, how -> {
                events.add("outcome " + value);
                if (how instanceof MetadataLog.Outcome.Committed(var index)
                    && !Long.valueOf(value).equals(valueByIndex.get(index)))
                    wrongs.incrementAndGet();
                outcome.set(how);
            });
            events.add("proposed " + value);
        });
        yard.until(() -> outcome.get() != null);
        var how = outcome.get();
        if (how == null) throw new AssertionError("no outcome");
        return how;
    }

    /// Closes the log, on its loop.
    void close() {
        var isClosed = new AtomicInteger();
        life.loop().execute(() -> {
            life.log().close();
            isClosed.set(1);
        });
        yard.until(() -> isClosed.get() == 1);
    }

    @Override public void onSnapshot(Iterator<ByteBuffer> blocks) {
        var restored = new TreeMap<Long, Long>();
        while (blocks.hasNext()) {
            var block = blocks.next();
            restored.put(block.getLong(), block.getLong());
        }
        note("snapshot");
        snapshotsGiven.incrementAndGet();
        valueByIndex = restored;
    }

    @Override public void onCommitted(long index, ByteBuffer batch) {
        long value = batch.duplicate().getLong();
        if (index <= 0 || (!valueByIndex.isEmpty() && index <= valueByIndex.lastKey())) {
            wrongs.incrementAndGet();
        }
        var next = new TreeMap<>(valueByIndex);
        next.put(index, value);
        valueByIndex = next;
        note("committed " + value);
    }

    @Override public void onLeading(int controllerEpoch) {
        note("leading");
        epochs.add(controllerEpoch);
        isLeading = true;
        leaderId = UNTOLD;
    }

    @Override public void onFollowing(int id) {
        note("following");
        isLeading = false;
        leaderId = id;
    }

    @Override public void onFailed(String reason) {
        note("failed: " + reason);
        wrongs.incrementAndGet();
    }

    @Override public Iterator<ByteBuffer> snapshot() {
        note("asked");
        snapshotsAsked.incrementAndGet();
        var frozen = List.copyOf(valueByIndex.entrySet());
        return frozen.stream().map(entry -> ByteBuffer.allocate(16).putLong(entry.getKey())
            .putLong(entry.getValue()).flip()).iterator();
    }

    private void note(String event) {
        if (!life.loop().inLoop()) wrongs.incrementAndGet();
        events.add(event);
    }
}

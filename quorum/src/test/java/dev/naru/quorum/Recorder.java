package dev.naru.quorum;

import dev.naru.base.Uuid;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.Quorum;
import dev.naru.metadata.QuorumChange;
import dev.naru.sim.contract.LogYard;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A node of a [RatisYard] whose state is a list of numbers, one of each batch.
final class Recorder implements MetadataLog.Listener {
    private final RatisYard yard;
    private final LogYard.Life life;
    private final List<Long> values = Collections.synchronizedList(new ArrayList<>());
    private volatile int epoch;
    private volatile long lastIndex;
    private volatile boolean isLeading;
    private volatile String failure = "";

    Recorder(RatisYard yard, int nodeId) {
        this(yard, nodeId, yard.voter(nodeId).directoryId());
    }

    Recorder(RatisYard yard, int nodeId, Uuid directoryId) {
        this(yard, yard.boot(nodeId, directoryId));
    }

    Recorder(RatisYard yard, LogYard.Life life) {
        this.yard = yard;
        this.life = life;
        life.log().start(life.loop(), this);
    }

    boolean isLeading() {
        return isLeading;
    }

    int epoch() {
        return epoch;
    }

    long lastIndex() {
        return lastIndex;
    }

    String failure() {
        return failure;
    }

    List<Long> values() {
        return List.copyOf(values);
    }

    Quorum quorum() {
        return life.log().quorum();
    }

    /// Hears that nobody answers at a node's door.
    void gone(int nodeId) {
        life.loop().execute(() -> life.log().gone(nodeId));
    }

    /// Proposes until it is committed.
    void commit(long value) {
        while (!isCommitted(value)) {
        }
    }

    /// Proposes once, and tells whether it was committed.
    boolean isCommitted(long value) {
        return ask(outcome -> life.log().propose(ByteBuffer.allocate(8).putLong(value).flip(),
            MetadataLog.Kind.URGENT, outcome)) instanceof MetadataLog.Outcome.Committed;
    }

    /// Proposes a batch of this size, once.
    MetadataLog.Outcome propose(int sizeBytes) {
        return ask(outcome -> life.log().propose(ByteBuffer.allocate(sizeBytes),
            MetadataLog.Kind.URGENT, outcome));
    }

    /// Asks for a change of the members.
    MetadataLog.Outcome change(QuorumChange change) {
        return ask(outcome -> life.log().change(change, outcome));
    }

    private MetadataLog.Outcome ask(Consumer<Consumer<MetadataLog.Outcome>> question) {
        var answer = new AtomicReference<MetadataLog.@Nullable Outcome>();
        life.loop().execute(() -> question.accept(answer::set));
        yard.until(() -> answer.get() != null);
        var how = answer.get();
        if (how == null) throw new AssertionError("no answer");
        return how;
    }

    @Override public void onSnapshot(Iterator<ByteBuffer> blocks) {
        values.clear();
        while (blocks.hasNext())
            values.add(blocks.next().getLong());
    }

    @Override public void onCommitted(long index, ByteBuffer batch) {
        lastIndex = index;
        values.add(batch.getLong());
    }

    @Override public void onLeading(int controllerEpoch) {
        epoch = controllerEpoch;
        isLeading = true;
    }

    @Override public void onFollowing(int leaderId) {
        isLeading = false;
    }

    @Override public void onFailed(String reason) {
        failure = reason;
    }

    @Override public Iterator<ByteBuffer> snapshot() {
        return List.copyOf(values).stream()
            .map(value -> ByteBuffer.allocate(8).putLong(value).flip()).iterator();
    }
}

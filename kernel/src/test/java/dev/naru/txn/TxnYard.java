package dev.naru.txn;

import dev.naru.base.ErrorCode;
import dev.naru.base.Trace;
import dev.naru.shard.Heard;
import dev.naru.shard.MemoryShardLog;
import dev.naru.shard.ShardHost;
import dev.naru.shard.StepLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A shard of transactions on a host, with producers that say what a test has them say, and markers
/// that are written when the test says so.
final class TxnYard {
    static final String ID = "pays";
    static final TxnPartition A0 = new TxnPartition("a", 0);
    static final TxnPartition A1 = new TxnPartition("a", 1);

    final StepLoop loop = new StepLoop();
    final MemoryShardLog log = new MemoryShardLog();
    final List<MarkerPlan> plans = new ArrayList<>();
    final ShardHost<TxnRequest, TxnFact> host;
    private final List<TxnShard> made = new ArrayList<>();
    private TxnRules rules;
    private long nextId = 100;

    TxnYard() {
        this(TxnRules.DEFAULT);
    }

    TxnYard(TxnRules rules) {
        this.rules = rules;
        var seat = new ShardHost.Seat("__transaction_state-0", loop, loop, Trace.NONE);
        host = new ShardHost<>(seat, log, new TxnCodec(), () -> {
            made.add(new TxnShard(() -> this.rules, plans::add));
            return made.getLast();
        });
        host.load();
    }

    static TxnRules serverOf(TxnFlow flow) {
        var usual = TxnRules.DEFAULT;
        return new TxnRules(usual.maxTimeoutMs(), usual.abortCheckIntervalMs(),
            usual.idExpirationMs(), usual.expiryCheckIntervalMs(), usual.waitMs(), (short) 0, flow);
    }

    /// One where ids have almost used up their epochs when they begin.
    static TxnRules beginningAt(int epoch) {
        var usual = TxnRules.DEFAULT;
        return new TxnRules(usual.maxTimeoutMs(), usual.abortCheckIntervalMs(),
            usual.idExpirationMs(), usual.expiryCheckIntervalMs(), usual.waitMs(), (short) epoch,
            usual.serverFlow());
    }

    TxnShard shard() {
        return made.getLast();
    }

    Optional<Txn> found() {
        return Optional.ofNullable(shard().picture().get(ID));
    }

    Txn txn() {
        return found().orElseThrow();
    }

    /// The node dies and comes back.
    void reload() {
        log.lose();
        plans.clear();
        host.load();
    }

    private static <A> A told(Heard<A> heard) {
        return heard.answer();
    }

    /// As the broker does: again with a fresh id if need be.
    TxnAnswer init(Optional<TxnProducer> expected, int timeoutMs) {
        var first = initOnce(expected, timeoutMs, OptionalLong.empty());
        return first instanceof TxnAnswer.NeedsProducerId
            ? initOnce(expected, timeoutMs, OptionalLong.of(nextId++))
            : first;
    }

    private TxnAnswer initOnce(Optional<TxnProducer> expected, int timeoutMs, OptionalLong fresh) {
        var heard = new Heard<TxnAnswer>();
        host.submit(new TxnRequest.Init(ID, timeoutMs, expected, fresh, heard));
        return told(heard);
    }

    TxnAnswer init() {
        return init(Optional.empty(), 60_000);
    }

    /// A producer that has begun.
    TxnProducer begin() {
        return ((TxnAnswer.Done) init()).producer();
    }

    ErrorCode add(TxnProducer producer, TxnFlow flow, TxnPartition... partitions) {
        var heard = new Heard<ErrorCode>();
        host.submit(
            new TxnRequest.AddPartitions(ID, producer, List.of(partitions), flow, false, heard));
        return told(heard);
    }

    Heard<ErrorCode> addAndWait(TxnProducer producer, TxnPartition... partitions) {
        var heard = new Heard<ErrorCode>();
        host.submit(new TxnRequest.AddPartitions(ID, producer, List.of(partitions), TxnFlow.V2,
            true, heard));
        return heard;
    }

    List<ErrorCode> verify(TxnProducer producer, TxnPartition... partitions) {
        var heard = new Heard<List<ErrorCode>>();
        host.submit(new TxnRequest.Verify(ID, producer, List.of(partitions), heard));
        return told(heard);
    }

    TxnAnswer end(TxnProducer producer, boolean isCommit, TxnFlow flow) {
        var first = endOnce(producer, isCommit, flow, OptionalLong.empty());
        return first instanceof TxnAnswer.NeedsProducerId
            ? endOnce(producer, isCommit, flow, OptionalLong.of(nextId++))
            : first;
    }

    private TxnAnswer endOnce(TxnProducer producer, boolean isCommit, TxnFlow flow,
        OptionalLong fresh) {
        var heard = new Heard<TxnAnswer>();
        host.submit(new TxnRequest.End(ID, producer, isCommit, flow, fresh, heard));
        return told(heard);
    }

    /// The next epoch, or why there is none.
    TxnProducer ended(TxnProducer producer, boolean isCommit) {
        return ((TxnAnswer.Done) end(producer, isCommit, TxnFlow.V2)).producer();
    }

    /// Every marker that was asked for is written.
    void writeMarkers() {
        var now = List.copyOf(plans);
        plans.clear();
        for (var plan : now)
            host.submit(new TxnRequest.MarkersWritten(plan, new Heard<>()));
    }

    static TxnAnswer refused(ErrorCode why) {
        return new TxnAnswer.Refused(why);
    }

    static TxnProducer at(TxnProducer producer, int epoch) {
        return new TxnProducer(producer.producerId(), (short) epoch);
    }
}

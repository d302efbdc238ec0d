package dev.naru.txn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.shard.BatchKind;
import dev.naru.shard.FactCodec.Decoded;
import dev.naru.shard.KeyValue;
import dev.naru.shard.Origin;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// I10 and I14: whatever producers do, the shard is the fold of its log and of every compaction of
/// it, statuses move along legal edges in the log, too, and markers lie above what they end.
final class TxnReplayTest {
    private static final int SEEDS = 60;
    private static final int STEPS = 300;

    @Test void a_shard_is_the_fold_of_its_log_and_of_every_compaction_of_it() {
        var statuses = new TreeSet<TxnStatus>();
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var yard = seed % 2 == 0
                ? new TxnYard()
                : new TxnYard(TxnYard.beginningAt(TxnProducer.EPOCH_MAX - random.nextInt(20)));
            for (int step = 0; step < STEPS; step++) {
                act(yard, random);
                if (random.nextInt(30) == 0) yard.reload();
            }
            var known = yard.shard().picture();
            var records = yard.log.records();
            assertEquals(known, fold(records), "seed " + seed);
            for (int cut = 0; cut <= records.size(); cut += 1 + records.size() / 7)
                assertEquals(known, fold(compacted(records, cut)), "seed " + seed);
            moves(records, statuses);
        }
        assertEquals(6, statuses.size(), "a status never happened: " + statuses);
    }

    private static void act(TxnYard yard, Random random) {
        var present = yard.found().map(Txn::producerAfterCompletion)
            .orElse(new TxnProducer(1, (short) 0));
        var producer = random.nextInt(5) == 0
            ? TxnYard.at(present, Math.max(0, present.producerEpoch() - random.nextInt(3)))
            : present;
        var flow = random.nextInt(3) == 0 ? TxnFlow.CLASSIC : TxnFlow.V2;
        switch (random.nextInt(10)) {
            case 0 -> yard.init();
            case 1 -> yard.init(Optional.of(producer), 1 + random.nextInt(30_000));
            case 2, 3, 4 ->
                yard.add(producer, flow, new TxnPartition("t", random.nextInt(5)));
            case 5, 6 -> yard.end(producer, random.nextBoolean(), flow);
            case 7, 8 -> yard.writeMarkers();
            default -> yard.loop.passMs(random.nextInt(20_000));
        }
    }

    private static Map<String, Txn> fold(List<KeyValue> records) {
        var shard = new TxnShard(() -> TxnRules.DEFAULT, _ -> {
        });
        for (var bytes : records)
            shard.apply(fact(bytes), Origin.replayed(BatchKind.PLAIN));
        return shard.picture();
    }

    private static TxnFact fact(KeyValue bytes) {
        return ((Decoded.Known<TxnFact>) new TxnCodec().decode(bytes)).fact();
    }

    /// Only the newest record of each key below `end`.
    private static List<KeyValue> compacted(List<KeyValue> records, int end) {
        var newest = new LinkedHashMap<ByteBuffer, KeyValue>();
        for (var bytes : records.subList(0, end)) {
            newest.remove(bytes.key());
            newest.put(bytes.key(), bytes);
        }
        var all = new ArrayList<>(newest.values());
        all.addAll(records.subList(end, records.size()));
        return all;
    }

    private static void moves(List<KeyValue> records, Set<TxnStatus> statuses) {
        Txn before = null;
        for (var bytes : records) {
            if (!(fact(bytes) instanceof TxnFact.Stored(_, Txn txn))) continue;
            statuses.add(txn.status());
            assertTrue(before == null || before.status().mayBecome(txn.status()),
                before + " then " + txn);
            assertTrue(before == null || !isUnderItsMarkers(before, txn), before + " then " + txn);
            before = txn;
        }
    }

    /// In V2 markers lie above the epoch that was written under, or partitions would take them for
    /// late ones.
    private static boolean isUnderItsMarkers(Txn before, Txn txn) {
        return before.status() == TxnStatus.ONGOING && txn.status().isPrepared()
            && txn.flow() == TxnFlow.V2
            && txn.producer().producerEpoch() <= before.producer().producerEpoch();
    }
}

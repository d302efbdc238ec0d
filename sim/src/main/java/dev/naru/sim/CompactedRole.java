package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.ClusterView;
import dev.naru.client.Consumer;
import dev.naru.client.ConsumerSettings;
import dev.naru.client.FetchedRecord;
import dev.naru.client.Producer;
import dev.naru.client.ProducerSettings;
import dev.naru.client.Reply;
import dev.naru.client.Sent;
import dev.naru.client.Slot;
import dev.naru.record.Codec;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.DeleteRecordsRequest;
import dev.naru.wire.message.DeleteRecordsResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes ever new values under a few keys of a compacted topic, has it compacted now and then, and reads
/// in the end what is left: of each key nothing older than what was acknowledged last.
final class CompactedRole implements Consumer.Listener {
    private static final int KEYS = 7;
    private static final int UNSETTLED_MAX = 40;
    private static final int COMPACT_ONE_IN = 12;
    private static final int VALUE_BYTES = 60;
    private static final long COMPACT_NOW = -2;
    private static final int TIMEOUT_MS = 1_000;

    private final Site site;
    private final Slot slot = new Slot(Scenario.COMPACTED, 0);
    private final ClusterView view;
    private final Producer producer;
    private final Consumer consumer;
    /// By number of the write: its key.
    private final Map<Integer, Integer> keyOf = new TreeMap<>();
    /// By key: the highest offset that was acknowledged, and what was written there.
    private final Map<Integer, Long> ackedOffset = new TreeMap<>();
    private final Map<Integer, Integer> ackedNumber = new TreeMap<>();
    private final Map<Integer, Long> leftOffset = new TreeMap<>();
    private final Map<Integer, Integer> leftNumber = new TreeMap<>();
    private int nextNumber;
    private long endOffset = -1;
    private long readUpTo;
    private boolean isStopping;

    CompactedRole(Site site) {
        this.site = site;
        this.view = site.view();
        this.producer = new Producer(view, new ProducerSettings(ProducerSettings.ACKS_ALL, true,
            true, 3, 3, 2, 8_000, Codec.GZIP));
        this.consumer = new Consumer(view, new ConsumerSettings(true, 100, 1, 1 << 20, 1 << 20,
            false), this);
    }

    void start() {
        site.now(this::turn);
    }

    void stopSending() {
        isStopping = true;
    }

    boolean isSettled() {
        return producer.unsettled() == 0;
    }

    private void turn() {
        if (isStopping) return;
        var chance = site.chance();
        int count = 1 + chance.below(8);
        for (int number = 0; number < count && producer.unsettled() < UNSETTLED_MAX; number++)
            send(chance.below(KEYS));
        if (chance.oneIn(COMPACT_ONE_IN)) compact();
        site.within(60, this::turn);
    }

    private void send(int key) {
        int number = nextNumber++;
        keyOf.put(number, key);
        var keyBytes = ByteBuffer.allocate(Integer.BYTES).putInt(0, key);
        var value = ByteBuffer.allocate(VALUE_BYTES).putInt(0, number);
        producer.send(slot, site.tools().clock().wallMs(), keyBytes, value, outcome -> {
            if (!(outcome instanceof Sent.Acked acked)) return;
            site.world().trace().count("compacted: acked");
            if (acked.offset() <= ackedOffset.getOrDefault(key, -1L)) return;
            ackedOffset.put(key, acked.offset());
            ackedNumber.put(key, number);
        });
    }

    private void compact() {
        var request = DeleteRecordsRequest.builder()
            .topics(List.of(DeleteRecordsRequest.DeleteRecordsTopic.builder()
                .name(slot.topic())
                .partitions(List.of(DeleteRecordsRequest.DeleteRecordsPartition.builder()
                    .partitionIndex(slot.partition())
                    .offset(COMPACT_NOW)
                    .build()))
                .build()))
            .timeoutMs(TIMEOUT_MS)
            .build();
        view.any().request(ApiKey.DELETE_RECORDS, _ -> request, reply -> {
            if (!(reply instanceof Reply.Answer answer)) return;
            var body = (DeleteRecordsResponse) answer.body();
            var each = body.topics().getFirst().partitions().getFirst();
            site.world().trace().count("compacted: now " + ErrorCode.of(each.errorCode()));
        });
    }

    /// Reads all that is left.
    void read() {
        site.now(() -> consumer.listOffset(slot, Consumer.LATEST, (code, offset, _) -> {
            if (code != ErrorCode.NONE) {
                site.within(100, this::read);
                return;
            }
            endOffset = offset;
            consumer.assign(Map.of(slot, 0L));
        }));
    }

    boolean isRead() {
        return endOffset >= 0 && readUpTo >= endOffset;
    }

    @Override public void onRecord(FetchedRecord each) {
        readUpTo = Math.max(readUpTo, each.offset() + 1);
        var key = each.key();
        var value = each.value();
        if (key == null || value == null) {
            site.violation("compacted: no key or no value at " + each.offset());
            return;
        }
        int number = value.getInt(value.position());
        int keyNumber = key.getInt(key.position());
        if (!Integer.valueOf(keyNumber).equals(keyOf.get(number))) {
            site.violation("compacted: value " + number + " is under key " + keyNumber);
        }
        leftOffset.put(keyNumber, each.offset());
        leftNumber.put(keyNumber, number);
    }

    /// The end of the log may hold no record any more, only the header of a batch.
    @Override public void onFetched(Slot where, Consumer.Fetched fetched, ErrorCode code) {
        if (code == ErrorCode.NONE) readUpTo = Math.max(readUpTo, fetched.position());
    }

    @Override public void onOutOfRange(Slot fetched, long position) {
        consumer.seek(fetched, 0);
    }

    /// The newest of each key is there.
    void check() {
        for (var acked : ackedOffset.entrySet()) {
            int key = acked.getKey();
            long left = leftOffset.getOrDefault(key, -1L);
            boolean isOther = left == acked.getValue()
                && !ackedNumber.getOrDefault(key, -1).equals(leftNumber.get(key));
            if (left >= acked.getValue() && !isOther) continue;
            site.history().violation("compacted: the newest of key " + key + ", value "
                + ackedNumber.get(key) + " at " + acked.getValue() + ", is lost; left is value "
                + leftNumber.get(key) + " at " + left);
        }
        site.world().trace().count("compacted: keys checked");
    }

    void close() {
        producer.close();
        consumer.close();
        view.close();
        site.over();
    }
}

package dev.naru.cli;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Sends records as fast as it may and measures how long each takes to be stored. Measured on the
/// producer's thread, told on both: what is shared is guarded by this object.
final class ProduceRun {
    private static final long MS_NS = 1_000_000L;

    /// What to send. `transactionMs` is 0 without transactions.
    record Plan(String topic, long recordCount, long warmupCount, double perSecond,
        long transactionMs, long reportMs) {}

    /// What was reached in a stretch of time.
    record Reached(long records, long bytes, double seconds, Samples latencyMs) {
        double recordsPerSecond() {
            return seconds <= 0 ? 0 : records / seconds;
        }

        double mebibytesPerSecond() {
            return seconds <= 0 ? 0 : bytes / seconds / (1 << 20);
        }
    }

    /// `steady` is without the warm-up, and the same as `whole` if there was none.
    record Result(Reached whole, Reached steady) {}

    /// Counts one stretch.
    private static final class Stretch {
        private final long startNs;
        private final Samples latencyMs = new Samples();
        private long bytes;

        Stretch(long startNs) {
            this.startNs = startNs;
        }

        void add(long sizeBytes, long tookMs) {
            bytes += sizeBytes;
            latencyMs.add(tookMs);
        }

        Reached reached(long nowNs) {
            return new Reached(latencyMs.count(), bytes, (nowNs - startNs) / 1e9, latencyMs);
        }
    }

    private final Plan plan;
    private final Payloads payloads;
    private final Consumer<Reached> onWindow;
    private final AtomicReference<@Nullable Exception> refusal = new AtomicReference<>();
    private final long startNs = System.nanoTime();
    private final Stretch whole = new Stretch(startNs);
    private Stretch steady = whole;
    private Stretch window = new Stretch(startNs);

    ProduceRun(Plan plan, Payloads payloads, Consumer<Reached> onWindow) {
        this.plan = plan;
        this.payloads = payloads;
        this.onWindow = onWindow;
    }

    Result run(KafkaProducer<byte[], byte[]> producer) {
        boolean inTransactions = plan.transactionMs() > 0;
        var pace = new Pace(plan.perSecond(), startNs);
        if (inTransactions) producer.initTransactions();
        long transactionNs = 0;
        boolean isOpen = false;
        for (long sent = 0; sent < plan.recordCount() && refusal.get() == null; sent++) {
            if (inTransactions && !isOpen) {
                producer.beginTransaction();
                transactionNs = System.nanoTime();
                isOpen = true;
            }
            send(producer, sent);
            if (isOpen && System.nanoTime() - transactionNs >= plan.transactionMs() * MS_NS) {
                producer.commitTransaction();
                isOpen = false;
            }
            pace.await(sent + 1);
        }
        if (isOpen && refusal.get() == null) producer.commitTransaction();
        producer.flush();
        Exception problem = refusal.get();
        if (problem != null) throw Failed.because(Explain.line(problem));
        return result();
    }

    private synchronized Result result() {
        long nowNs = System.nanoTime();
        return new Result(whole.reached(nowNs), steady.reached(nowNs));
    }

    private void send(KafkaProducer<byte[], byte[]> producer, long number) {
        byte[] payload = payloads.of(number);
        long sentNs = System.nanoTime();
        producer.send(new ProducerRecord<>(plan.topic(), payload), (stored, problem) -> {
            if (problem == null) onStored(number, payload.length, sentNs);
            else
                refusal.compareAndSet(null, problem);
        });
    }

    private synchronized void onStored(long number, int sizeBytes, long sentNs) {
        long nowNs = System.nanoTime();
        long tookMs = (nowNs - sentNs) / MS_NS;
        if (plan.warmupCount() > 0 && number == plan.warmupCount()) steady = new Stretch(nowNs);
        whole.add(sizeBytes, tookMs);
        window.add(sizeBytes, tookMs);
        if (steady != whole) steady.add(sizeBytes, tookMs);
        if (nowNs - window.startNs < plan.reportMs() * MS_NS) return;
        onWindow.accept(window.reached(nowNs));
        window = new Stretch(nowNs);
    }
}

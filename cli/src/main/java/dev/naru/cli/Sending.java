package dev.naru.cli;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// Sends the lines of the input, each made into a record, and remembers the first refusal.
final class Sending {
    /// Makes a record of a line; null skips the line.
    interface Parser {
        @Nullable ProducerRecord<byte[], byte[]> parse(byte[] line, long number);
    }

    private final KafkaProducer<byte[], byte[]> producer;
    private final Terminal terminal;
    private final BiConsumer<RecordMetadata, Long> onStored;
    private final AtomicReference<@Nullable Exception> refusal = new AtomicReference<>();
    private final AtomicLong refused = new AtomicLong();
    private boolean stopsAtRefusal = true;
    private boolean oneByOne;
    private String prompt = "";

    Sending(KafkaProducer<byte[], byte[]> producer, Terminal terminal,
        BiConsumer<RecordMetadata, Long> onStored) {
        this.producer = producer;
        this.terminal = terminal;
        this.onStored = onStored;
    }

    /// As Kafka's console producer: goes on after a refusal; prompts a person.
    Sending lenient(boolean sync) {
        stopsAtRefusal = false;
        oneByOne = sync;
        prompt = terminal.promptable() ? ">" : "";
        return this;
    }

    /// Sends all lines. Returns the exit code.
    int run(Parser parser) {
        var lines = new Lines(terminal.in());
        boolean quiet = terminal.promptable();
        try (producer;
            var _ = Interrupt.runs(producer::close);
            var progress = new Progress(terminal, "records sent", !quiet)) {
            long sent = 0;
            for (byte[] line = next(lines); line != null; line = next(lines)) {
                if (stopsAtRefusal && refusal.get() != null) break;
                var record = parser.parse(line, lines.number());
                if (record == null) continue;
                send(record, lines.number());
                progress.at(++sent);
            }
            producer.flush();
        }
        Exception problem = refusal.get();
        if (problem == null) return 0;
        if (stopsAtRefusal) throw Failed.because(Explain.line(problem));
        return Failed.FAILED;
    }

    private byte @Nullable [] next(Lines lines) {
        if (!prompt.isEmpty()) {
            terminal.out().print(prompt);
            terminal.out().flush();
        }
        return lines.next();
    }

    private void send(ProducerRecord<byte[], byte[]> record, long number) {
        var future = producer.send(record, (stored, problem) -> {
            if (problem == null) {
                tell(stored, number);
            } else {
                onRefused(problem, number);
            }
        });
        if (!oneByOne) return;
        try {
            future.get();
        } catch (java.util.concurrent.ExecutionException e) {
            return; // the callback has it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Runs on the producer's thread, which nothing that is thrown here may end.
    private void tell(RecordMetadata stored, long number) {
        try {
            onStored.accept(stored, number);
        } catch (RuntimeException | LinkageError e) {
            onRefused(new IllegalStateException(Explain.line(e)), number);
        }
    }

    private void onRefused(Exception problem, long number) {
        refusal.compareAndSet(null, problem);
        if (stopsAtRefusal || refused.incrementAndGet() > 10) return;
        terminal.complain("ERROR: line " + number + " was not stored: " + Explain.line(problem));
    }
}

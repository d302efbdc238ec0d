package dev.naru.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/// Sends one record after another and measures how long it takes until a consumer has each.
final class LatencyRun {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;

    /// Makes the record that is sent as the n-th.
    interface Maker {
        ProducerRecord<byte[], byte[]> record(long number);
    }

    LatencyRun(KafkaProducer<byte[], byte[]> producer, KafkaConsumer<byte[], byte[]> consumer,
        String topic) {
        this.producer = producer;
        this.consumer = consumer;
        this.topic = topic;
    }

    /// Tells `onEach` the number of each record and its microseconds; returns all of them.
    Samples run(long count, Maker maker, ObjLongConsumer<Long> onEach) {
        var partitions = consumer.partitionsFor(topic).stream().map(LatencyRun::partition)
            .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        var micros = new Samples();
        for (long number = 0; number < count; number++) {
            var record = maker.record(number);
            long startNs = System.nanoTime();
            send(record);
            check(record, next());
            long took = (System.nanoTime() - startNs) / 1_000;
            micros.add(took);
            onEach.accept(number, took);
        }
        return micros;
    }

    private static TopicPartition partition(PartitionInfo found) {
        return new TopicPartition(found.topic(), found.partition());
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw Failed.because(Explain.line(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failed.because("interrupted");
        }
    }

    private ConsumerRecord<byte[], byte[]> next() {
        var found = consumer.poll(PATIENCE);
        if (found.isEmpty()) {
            throw Failed.because("a record was stored but did not arrive within "
                + PATIENCE.toSeconds() + " s");
        }
        if (found.count() > 1) {
            throw Failed.because(found.count() + " records arrived where one was sent; nobody else"
                + " may write to the topic");
        }
        return found.iterator().next();
    }

    private static void check(ProducerRecord<byte[], byte[]> sent,
        ConsumerRecord<byte[], byte[]> found) {
        boolean same = Arrays.equals(sent.value(), found.value())
            && Arrays.equals(sent.key(), found.key())
            && same(sent.headers().toArray(), found.headers().toArray());
        if (same) return;
        throw Failed.because("another record arrived than was sent; nobody else may write to the"
            + " topic");
    }

    private static boolean same(Header[] sent, Header[] found) {
        if (sent.length != found.length) return false;
        for (int i = 0; i < sent.length; i++) {
            if (!sent[i].key().equals(found[i].key())) return false;
            if (!Arrays.equals(sent[i].value(), found[i].value())) return false;
        }
        return true;
    }
}

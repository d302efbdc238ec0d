package dev.naru.compat.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// What producers were told of each value, against what a reader found in the end. Every value is unique.
/// Written by many threads.
final class History {
    private static final long PATIENCE_NS = 120_000_000_000L;

    /// One send: by whom, the how-manieth of that producer, and to which partition.
    record Sent(String producer, int sequence, int partition) {
        String value() {
            return producer + "/" + sequence;
        }
    }

    /// Acknowledged with an offset; what has no answer is in `sent` alone, and may be there or not.
    private final Map<Sent, Long> acknowledged = new LinkedHashMap<>();
    private final Map<String, Sent> sent;

    History() {
        this(new ConcurrentHashMap<>());
    }

    private History(Map<String, Sent> sent) {
        this.sent = sent;
    }

    void sends(Sent one) {
        sent.put(one.value(), one);
    }

    synchronized void acknowledges(Sent one, long offset) {
        acknowledged.put(one, offset);
        notifyAll();
    }

    synchronized int acknowledgedCount() {
        return acknowledged.size();
    }

    /// What is acknowledged by now, and all that is ever sent.
    synchronized History soFar() {
        var now = new History(sent);
        now.acknowledged.putAll(acknowledged);
        return now;
    }

    /// Waits until this many more values are acknowledged.
    synchronized void awaitMore(int count) throws InterruptedException {
        int goal = acknowledged.size() + count;
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (acknowledged.size() < goal) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("nothing is acknowledged any more");
            }
            wait(100);
        }
    }

    /// Everything that is wrong with what was read.
    synchronized List<String> faults(List<ConsumerRecord<String, String>> read) {
        var faults = new ArrayList<String>();
        var places = new HashMap<String, ConsumerRecord<String, String>>();
        for (var one : read) {
            var before = places.put(one.value(), one);
            if (before != null) {
                faults.add(
                    "twice: " + one.value() + " at " + before.offset() + " and " + one.offset());
            }
            if (!sent.containsKey(one.value())) faults.add("sent by nobody: " + one.value());
        }
        acknowledged.forEach((one, offset) -> {
            var place = places.get(one.value());
            if (place == null) {
                faults.add("lost: " + one.value() + ", acknowledged at " + offset);
            } else if (place.offset() != offset || place.partition() != one.partition()) {
                faults.add("moved: " + one.value() + " from " + offset + " to " + place.offset());
            }
        });
        faults.addAll(disorder(read));
        return faults;
    }

    private List<String> disorder(List<ConsumerRecord<String, String>> read) {
        var faults = new ArrayList<String>();
        var latest = new HashMap<String, Integer>();
        for (var one : read) {
            var from = sent.get(one.value());
            if (from == null) continue;
            String lane = from.producer() + " to " + one.partition();
            int before = latest.getOrDefault(lane, -1);
            if (from.sequence() < before) {
                faults.add(
                    "out of order: " + one.value() + " after " + before + " at " + one.offset());
            }
            latest.put(lane, from.sequence());
        }
        return faults;
    }
}

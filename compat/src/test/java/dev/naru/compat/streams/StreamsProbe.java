package dev.naru.compat.streams;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/// A Kafka Streams application in a process of its own: counts words and joins two streams within a
/// window. Settings are its arguments, `name=value`; topics are named after its `application.id`. It
/// runs until its input ends.
public final class StreamsProbe {
    static final String STORE = "counts";

    private StreamsProbe() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var settings = new Properties();
        for (var each : arguments) {
            int equals = each.indexOf('=');
            settings.put(each.substring(0, equals), each.substring(equals + 1));
        }
        var name = settings.getProperty("application.id");
        try (var streams = new KafkaStreams(topology(name), settings)) {
            streams.setStateListener((now, before) -> System.out.println("state " + now));
            streams.setUncaughtExceptionHandler(failed -> {
                System.out.println("failed " + failed);
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            });
            streams.start();
            while (System.in.available() >= 0 && !isOver()) {
                Thread.sleep(100);
                show(streams);
            }
        }
        System.out.println("closed");
    }

    private static boolean isOver() throws IOException {
        return System.in.available() > 0 && System.in.read() == 'q';
    }

    /// Where the word "one" is counted, and how far, if that is here.
    private static void show(KafkaStreams streams) {
        if (streams.state() != KafkaStreams.State.RUNNING) return;
        try {
            var where = streams.queryMetadataForKey(STORE, "one", new StringSerializer());
            var here = streams.store(StoreQueryParameters.fromNameAndType(STORE,
                QueryableStoreTypes.<String, Long>keyValueStore())).get("one");
            System.out.println("one at " + where.activeHost().host() + ":"
                + where.activeHost().port() + " here " + here);
        } catch (RuntimeException notNow) {
            System.out.println("not now: " + notNow);
        }
    }

    private static Topology topology(String name) {
        var text = Serdes.String();
        var builder = new StreamsBuilder();
        builder.stream(name + "-words", Consumed.with(text, text))
            .flatMapValues(line -> List.of(line.split(" ", -1)))
            .groupBy((key, word) -> word, Grouped.with(text, text))
            .count(Materialized.as(STORE))
            .toStream().mapValues(String::valueOf)
            .to(name + "-counts", Produced.with(text, text));
        var left = builder.stream(name + "-left", Consumed.with(text, text));
        var right = builder.stream(name + "-right", Consumed.with(text, text));
        left.join(right, (a, b) -> a + "+" + b,
            JoinWindows.ofTimeDifferenceWithNoGrace(Duration.ofMinutes(5)),
            StreamJoined.with(text, text, text))
            .to(name + "-joined", Produced.with(text, text));
        return builder.build();
    }
}

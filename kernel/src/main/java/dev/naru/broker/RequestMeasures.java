package dev.naru.broker;

import dev.naru.measure.RequestTimes;
import dev.naru.wire.message.ApiKey;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How long requests took on the connections of one loop, by what was asked. A kind of request takes memory
/// from its first on. Owned by the loop.
final class RequestMeasures {
    private final Map<ApiKey, RequestTimes> byKey = new EnumMap<>(ApiKey.class);
    /// Those of replicas, which wait at the end of the log most of the time; they are told apart.
    private @Nullable RequestTimes replicaFetches;

    /// An answered call, handed to the network at `sentNs`.
    void add(Call call, long sentNs) {
        times(call).add(call.arrivedNs(), call.startedNs(), call.handledNs(), call.answeredNs(),
            sentNs);
    }

    private RequestTimes times(Call call) {
        boolean isReplicas = call.apiKey() == ApiKey.FETCH && call.caller().isPeer();
        return isReplicas
            ? timesOfReplicas()
            : byKey.computeIfAbsent(call.apiKey(), _ -> new RequestTimes());
    }

    private RequestTimes timesOfReplicas() {
        var known = replicaFetches;
        if (known == null) {
            known = new RequestTimes();
            replicaFetches = known;
        }
        return known;
    }

    /// By the name of the request, as Kafka's own figures spell it.
    SortedMap<String, RequestTimes.Reading> reading() {
        var readings = new TreeMap<String, RequestTimes.Reading>();
        byKey.forEach((key, times) -> readings.put(nameOf(key), times.reading()));
        if (replicaFetches != null) readings.put("FetchFollower", replicaFetches.reading());
        return readings;
    }

    static String nameOf(ApiKey key) {
        if (key == ApiKey.FETCH) return "FetchConsumer";
        var name = new StringBuilder();
        for (var word : key.name().split("_", -1))
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        return name.toString();
    }
}

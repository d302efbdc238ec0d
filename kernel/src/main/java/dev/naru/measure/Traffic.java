package dev.naru.measure;

import dev.naru.base.Uuid;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/// What one loop counts by topic. A topic takes memory from its first request on, until [#forget]. Owned by
/// the loop.
public final class Traffic {
    private final Map<Uuid, TopicTraffic> byTopic = new LinkedHashMap<>();
    private TopicTraffic.Reading forgotten = TopicTraffic.Reading.NONE;

    /// Where this topic's traffic is counted.
    public TopicTraffic of(Uuid topicId) {
        return byTopic.computeIfAbsent(topicId, _ -> new TopicTraffic());
    }

    /// Gives up topics that are gone; what they counted stays in [Reading#all].
    public void forget(Predicate<Uuid> isGone) {
        byTopic.entrySet().removeIf(each -> {
            if (!isGone.test(each.getKey())) return false;
            forgotten = forgotten.plus(each.getValue().reading());
            return true;
        });
    }

    /// What was counted up to now.
    public Reading reading() {
        var copies = new LinkedHashMap<Uuid, TopicTraffic.Reading>();
        var all = forgotten;
        for (var each : byTopic.entrySet()) {
            var reading = each.getValue().reading();
            copies.put(each.getKey(), reading);
            all = all.plus(reading);
        }
        return new Reading(copies, all);
    }

    /// What was counted until now.
    ///
    /// @param all of every topic together, with those that are gone
    public record Reading(Map<Uuid, TopicTraffic.Reading> byTopic, TopicTraffic.Reading all) {}
}

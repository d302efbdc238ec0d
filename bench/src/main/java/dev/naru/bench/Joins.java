package dev.naru.bench;

import static dev.naru.bench.Metric.JOIN_CLASSIC;
import static dev.naru.bench.Metric.JOIN_CONSUMER;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A thousand members of one group that start at the same moment: how long until each owns its
/// part and nobody shares. The members are light ones, a connection each, so that two cores show the
/// broker rather than a thousand clients.
final class Joins implements Scenario {
    private static final int MEMBERS = 1_000;
    private static final String TOPIC = "shared";

    @Override public String name() {
        return "joins";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_SYNC, Variant.KAFKA);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(JOIN_CLASSIC, JOIN_CONSUMER);
    }

    @Override public int roundsMax(Variant variant) {
        return 3;
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        int members = (int) Math.max(4, stage.options().scaled(MEMBERS));
        var measured = new EnumMap<Metric, Double>(Metric.class);
        try (var broker = stage.yard().start()) {
            Clients.createTopic(broker.address(), TOPIC, members);
            var crowd = new Crowd(broker.address(), TOPIC, members);
            // the first group of all makes the topic of offsets, and the code warm
            crowd.secondsToStable("warm-classic", Crowd.Protocol.CLASSIC);
            measured.put(JOIN_CLASSIC, crowd.secondsToStable("classic", Crowd.Protocol.CLASSIC));
            crowd.secondsToStable("warm-consumer", Crowd.Protocol.CONSUMER);
            measured.put(JOIN_CONSUMER,
                crowd.secondsToStable("consumer", Crowd.Protocol.CONSUMER));
        }
        return measured;
    }
}

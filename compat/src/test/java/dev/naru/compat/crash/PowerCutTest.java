package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The power fails under load; `-Dcompat.powercut.rounds=50` for the long run.
class PowerCutTest {
    private static final int ROUNDS = Integer.getInteger("compat.powercut.rounds", 2);
    private static final List<String> JVM = List.of("-Xmx256m");

    private final Random chance = new Random(ROUNDS);

    @BeforeAll static void imagesCanBeMounted() {
        var obstacle = LoopImage.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    }

    @Test void nothing_acknowledged_is_lost_by_a_power_cut() throws InterruptedException {
        assumeFalse(Brokers.areKafka(), "Apache Kafka acknowledges from the page cache");
        var faults = new ArrayList<String>();
        for (int round = 0; round < ROUNDS; round++)
            faults.addAll(faultsAfterCut(Map.of()));
        assertThat(faults).isEmpty();
    }

    /// Without this the other test would prove nothing.
    @Test void the_page_cache_loses_what_was_acknowledged() throws InterruptedException {
        var faults = faultsAfterCut(Map.of("naru.flush.on.ack", "false"));
        assertThat(faults).anyMatch(fault -> fault.startsWith("lost: "));
    }

    private List<String> faultsAfterCut(Map<String, String> settings) throws InterruptedException {
        var history = new History();
        try (var disk = LoopImage.make()) {
            try (var broker = Brokers.start(disk.directory(), settings, JVM)) {
                String topic = new Clients(broker).topic(Load.PARTITIONS,
                    Map.of("segment.bytes", "1048576"));
                var promised = loaded(broker, topic, history);
                try (var after = disk.cutPower();
                    var again = Brokers.start(after.directory(), settings, JVM)) {
                    return promised.faults(new Clients(again).everythingIn(topic));
                }
            }
        }
    }

    /// Sends for a while, and ends the process in the middle of it.
    private History loaded(Broker broker, String topic, History history)
        throws InterruptedException {
        try (var _ = new Load(broker, topic, history, 3).start()) {
            history.awaitMore(2000 + chance.nextInt(8000));
            broker.kill();
            return history.soFar();
        }
    }
}

package dev.naru.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Clock;
import dev.naru.base.DiskFault;
import dev.naru.base.Loop;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.config.Settings;
import dev.naru.metadata.ClusterRequest.CreateTopics;
import dev.naru.metadata.ClusterRequest.DeleteTopics;
import dev.naru.metadata.ClusterRequest.NewTopic;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import dev.naru.metadata.ClusterRequest.TopicRef;
import dev.naru.sim.PowerCut;
import dev.naru.sim.SimDisk;
import dev.naru.sim.SimEntropy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A node's metadata on a disk that loses what was not flushed: kills and power cuts at any step.
class MetadataCrashTest {
    private static final int LIVES = 5;
    private static final Clock STILL = new Clock() {
        @Override public long monotonicNs() {
            return 0;
        }

        @Override public long wallMs() {
            return 0;
        }
    };

    /// What a client knows of topics: there, gone, or asked for and never answered.
    private static final class Known {
        private final TreeSet<String> there = new TreeSet<>();
        private final TreeSet<String> going = new TreeSet<>();
        private final TreeSet<String> gone = new TreeSet<>();
    }

    @Test void what_was_answered_survives_kills_and_power_cuts_at_any_step() throws DiskFault {
        int cuts = 0;
        for (int seed = 0; seed < 400; seed++) {
            var chance = new SimEntropy(seed);
            var disk = new SimDisk(chance.split());
            var known = new Known();
            Optional<NodeIdentity> identity = Optional.empty();
            for (int life = 0; life < LIVES; life++) {
                disk.cutPowerAt(disk.operations() + 1 + chance.below(120));
                try {
                    identity = open(disk, chance, identity);
                    live(disk, chance, life, known);
                    disk.kill();
                } catch (PowerCut cut) {
                    cuts++;
                    disk.losePower();
                }
            }
            disk.cutPowerAt(Long.MAX_VALUE);
            open(disk, chance, identity);
            check(boot(disk, new Turns(), chance).image(), known, "seed " + seed);
        }
        assertTrue(cuts > 400, "cuts: " + cuts);
    }

    private static Optional<NodeIdentity> open(SimDisk disk, SimEntropy chance,
        Optional<NodeIdentity> before) throws DiskFault {
        var outcome = NodeIdentity.open(disk, new NodeIdentity.Asked("", 1), chance);
        var found = ((NodeIdentity.Opened) outcome).identity();
        before.ifPresent(identity -> assertEquals(identity, found));
        return Optional.of(found);
    }

    private static ControllerHost boot(SimDisk disk, Turns loop, SimEntropy chance) {
        var rules = new ClusterRules(new SettingRules(Settings.defaults()), new TreeMap<>(),
            NodeRules.of(Settings.defaults()));
        var log = new LocalMetadataLog(disk, "metadata", Trace.NONE, 600 + chance.below(3_000));
        var host = new ControllerHost(
            new ControllerHost.World(1, new Uuid(1, 1), loop, STILL, chance.split(), Trace.NONE),
            log, rules);
        host.listen(new NoFailure());
        host.start();
        loop.turn();
        return host;
    }

    private static void live(SimDisk disk, SimEntropy chance, int life, Known known) {
        var loop = new Turns();
        var host = boot(disk, loop, chance);
        check(host.image(), known, "life " + life);
        host.submit(new RegisterNode(1, new Uuid(1, 1), Uuid.ZERO, List.of(), "", false,
            Long.MAX_VALUE), answer -> {
            });
        for (int i = 0; i < 25; i++) {
            var name = "t" + life + "-" + i;
            host.submit(create(name), answer -> {
                if (answer instanceof ClusterAnswer.TopicsCreated) known.there.add(name);
            });
            if (chance.oneIn(3)) loop.turn();
            if (chance.oneIn(3)) delete(host, name, known);
        }
        loop.turn();
    }

    private static void delete(ControllerHost host, String name, Known known) {
        var request = new DeleteTopics(List.of(new TopicRef.ByName(name)));
        known.going.add(name); // until the answer it may be either
        host.submit(request, answer -> known.gone.add(name));
    }

    private static ClusterRequest create(String name) {
        var topic = new NewTopic(name, 2, 1, List.of(), List.of());
        return new CreateTopics(List.of(topic), 1, 1, false, false);
    }

    private static void check(ClusterImage image, Known known, String when) {
        for (var name : known.there) {
            if (!known.going.contains(name))
                assertTrue(image.topic(name).isPresent(), when + " " + name);
        }
        for (var name : known.gone)
            assertTrue(image.topic(name).isEmpty(), when + " " + name);
        assertEquals(2 * image.topicCount(), image.partitionCount());
    }

    private static final class NoFailure implements ImageListener {
        @Override public void onLoaded(ClusterImage image) {}

        @Override public void onChanged(ClusterImage before, ClusterImage after,
            List<ClusterRecord> facts) {}

        @Override public void onFailed(String reason) {
            throw new AssertionError(reason);
        }
    }

    /// A loop without timers, turned by the test.
    private static final class Turns implements Loop {
        private final Deque<Runnable> tasks = new ArrayDeque<>();

        @Override public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override public Timer after(long delayNs, Runnable task) {
            throw new AssertionError("nothing waits here");
        }

        @Override public boolean inLoop() {
            return true;
        }

        private void turn() {
            while (!tasks.isEmpty())
                tasks.removeFirst().run();
        }
    }
}

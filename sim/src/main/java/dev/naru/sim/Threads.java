package dev.naru.sim;

import dev.naru.client.Slot;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.Subtopology;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.TopicInfo;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/// The threads of one streams application, in two processes; in some runs there are none. It reads a
/// topic, hands on through a topic of its own, and keeps a table: both are created for it.
final class Threads {
    /// Every seventh seed, so that the others run as they did before there were any.
    private static final int EVERY = 7;
    private static final int WHICH = 2;
    private static final String FIRST = "0";
    private static final String SECOND = "1";

    private final List<ThreadRole> roles = new ArrayList<>();
    private final int partitions;

    /// `partitions` are those of the topic that is read.
    Threads(int partitions) {
        this.partitions = partitions;
    }

    static boolean isFirst(Slot task) {
        return task.topic().equals(FIRST);
    }

    private static Topology topology() {
        var steps = "threads-steps-repartition";
        return Topology.builder().epoch(1).subtopologies(List.of(
            Subtopology.builder().subtopologyId(FIRST).sourceTopics(List.of(Scenario.KEPT))
                .repartitionSinkTopics(List.of(steps)).build(),
            Subtopology.builder().subtopologyId(SECOND)
                .repartitionSourceTopics(List.of(TopicInfo.builder().name(steps).build()))
                .stateChangelogTopics(List.of(
                    TopicInfo.builder().name("threads-table-changelog").build()))
                .build()))
            .build();
    }

    static boolean areIn(long seed) {
        return Math.floorMod(seed, EVERY) == WHICH;
    }

    void release(long seed, Function<String, Site> sites) {
        if (!areIn(seed)) return;
        int count = 2 + Math.floorMod(seed / EVERY, 3);
        for (int index = 0; index < count; index++) {
            roles.add(new ThreadRole(sites.apply("thread-" + index), Scenario.KEPT,
                "process-" + index % 2, topology()));
        }
        for (var role : roles)
            role.start();
    }

    void calm() {
        for (var role : roles)
            role.calm();
    }

    /// Whether somebody works on each task.
    boolean areAtWork() {
        if (roles.isEmpty()) return true;
        var tasks = new TreeSet<Slot>();
        roles.forEach(role -> tasks.addAll(role.tasks()));
        return tasks.size() == 2 * partitions;
    }

    void close() {
        for (var role : roles)
            role.close();
    }
}

package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.StreamsGroupDescribeResponse.DescribedGroup;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.Subtopology;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.TaskIds;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.TopicInfo;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.Topology;
import dev.naru.wire.message.StreamsGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Threads of a streams application in a [Yard], each of which does what a well-behaved one does.
final class StreamsYard {
    static final short V1 = 1;
    static final Map<String, String> AT_ONCE = Map.of("streams.assignment.interval.ms",
        "0", "streams.initial.rebalance.delay.ms", "0");

    final Yard yard;
    final Map<String, Worker> threads = new LinkedHashMap<>();

    StreamsYard() {
        this(AT_ONCE);
    }

    /// All groups have these settings.
    StreamsYard(Map<String, String> settings) {
        yard = new Yard(GroupRules.DEFAULT, ConsumerRules.DEFAULT, settings);
        yard.topics.add("in", 3);
    }

    /// Reads "in", keeps a table.
    static Topology topology(int epoch) {
        return Topology.builder().epoch(epoch).subtopologies(List.of(
            Subtopology.builder().subtopologyId("0").sourceTopics(List.of("in"))
                .stateChangelogTopics(List.of(TopicInfo.builder().name("log").build()))
                .build()))
            .build();
    }

    /// Reads a topic, and keeps nothing.
    static Topology topologyOver(int epoch, String topic) {
        return Topology.builder().epoch(epoch).subtopologies(List.of(
            Subtopology.builder().subtopologyId("0").sourceTopics(List.of(topic)).build()))
            .build();
    }

    static StreamsGroupHeartbeatRequest.Builder joining(String memberId, String process) {
        return StreamsGroupHeartbeatRequest.builder().groupId(Yard.GROUP).memberId(memberId)
            .memberEpoch(0).rebalanceTimeoutMs(60_000).processId(process).topology(topology(1))
            .activeTasks(List.of()).standbyTasks(List.of()).warmupTasks(List.of())
            .clientTags(List.of());
    }

    StreamsAnswer send(StreamsGroupHeartbeatRequest message) {
        var heard = yard.<StreamsAnswer>heard();
        yard.host.submit(
            new GroupRequest.StreamsHeartbeat(message, V1, "app", "/10.0.0.1", heard));
        return heard.answer();
    }

    ErrorCode error(StreamsGroupHeartbeatRequest message) {
        return ErrorCode.of(send(message).response().errorCode());
    }

    Worker join(String memberId, String process) {
        return join(joining(memberId, process).build());
    }

    Worker join(StreamsGroupHeartbeatRequest message) {
        var thread = new Worker(message.memberId());
        threads.put(message.memberId(), thread);
        thread.told(send(message));
        return thread;
    }

    void settle() {
        for (int round = 0; round < 10; round++) {
            yard.loop.passMs(100);
            threads.values().forEach(Worker::beat);
        }
    }

    DescribedGroup describe() {
        var heard = yard.<DescribedGroup>heard();
        yard.host.submit(new GroupRequest.DescribeStreams(Yard.GROUP, true, heard));
        return heard.answer();
    }

    final class Worker {
        final String id;
        int epoch;
        SortedSet<String> active = new TreeSet<>();
        SortedSet<String> standby = new TreeSet<>();
        List<Byte> status = List.of();
        StreamsAnswer last = new StreamsAnswer(
            StreamsGroupHeartbeatResponse.builder().build(), List.of());

        Worker(String id) {
            this.id = id;
        }

        void told(StreamsAnswer answer) {
            last = answer;
            var response = answer.response();
            assertEquals(0, response.errorCode(), String.valueOf(response.errorMessage()));
            epoch = response.memberEpoch();
            var statuses = response.status();
            status = statuses == null
                ? List.of()
                : statuses.stream().map(it -> it.statusCode()).toList();
            var given = response.activeTasks();
            if (given == null) return;
            active = texts(given);
            standby = texts(response.standbyTasks());
        }

        private static SortedSet<String> texts(
            @Nullable List<StreamsGroupHeartbeatResponse.TaskIds> ids) {
            var texts = new TreeSet<String>();
            if (ids == null) return texts;
            ids.forEach(each -> each.partitions()
                .forEach(partition -> texts.add(each.subtopologyId() + "_" + partition)));
            return texts;
        }

        StreamsGroupHeartbeatRequest.Builder beating() {
            return StreamsGroupHeartbeatRequest.builder().groupId(Yard.GROUP).memberId(id)
                .memberEpoch(epoch).activeTasks(ids(active)).standbyTasks(ids(standby))
                .warmupTasks(List.of());
        }

        private static List<TaskIds> ids(SortedSet<String> texts) {
            var byPart = new TreeMap<String, List<Integer>>();
            for (var text : texts) {
                byPart.computeIfAbsent(text.substring(0, text.indexOf('_')),
                    _ -> new ArrayList<>())
                    .add(Integer.parseInt(text.substring(text.indexOf('_') + 1)));
            }
            var ids = new ArrayList<TaskIds>();
            byPart.forEach((part, partitions) -> ids
                .add(TaskIds.builder().subtopologyId(part).partitions(partitions).build()));
            return ids;
        }

        void beat() {
            told(send(beating().build()));
        }
    }
}

package dev.naru.broker;

import static java.util.Objects.requireNonNull;

import dev.naru.base.Clock;
import dev.naru.base.Disk;
import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.base.Uuid;
import dev.naru.broker.NodeFigures.GroupFigures;
import dev.naru.broker.NodeFigures.LagFigures;
import dev.naru.broker.NodeFigures.LoopFigures;
import dev.naru.broker.NodeFigures.PartitionFigures;
import dev.naru.config.BrokerNames;
import dev.naru.group.GroupRequest;
import dev.naru.group.GroupStanding;
import dev.naru.measure.RequestTimes;
import dev.naru.measure.TopicTraffic;
import dev.naru.measure.Traffic;
import dev.naru.metadata.ControllerHost;
import dev.naru.partition.Partition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/// Gathers what the loops have counted: first the groups say where they stand, then each loop copies its
/// own figures and says how far the groups are behind in its partitions, a few in each turn. Owned by the
/// control loop.
final class Measuring {
    /// Groups' places that one turn of a loop looks at: some may cost a small read of a file.
    private static final int PLACES_PER_TURN = 32;
    /// Such reads of one round on one loop.
    private static final int READS_MAX = 1_000;

    /// What is looked at.
    record Rooms(Cluster cluster, ControllerHost controller, Partitions partitions,
        Map<Loop, ConnectionTable> connections, GroupCoordinators groups, IsrTally isr) {}

    private final Rooms rooms;
    private final Loop home;
    private final Clock clock;
    private final Disk disk;
    private final List<LagTimes> times = new ArrayList<>();
    private final List<Consumer<Optional<NodeFigures>>> waiting = new ArrayList<>();

    Measuring(Rooms rooms, Loop home, Env env) {
        this.rooms = rooms;
        this.home = home;
        this.clock = env.clock();
        this.disk = env.disk();
        for (int loop = 0; loop < rooms.partitions().loopCount(); loop++)
            times.add(new LagTimes(READS_MAX));
    }

    /// `done` hears it on the control loop; with nothing when too many wait. Who asks while a round is under
    /// way hears what that finds.
    void measure(Consumer<Optional<NodeFigures>> done) {
        if (waiting.size() >= Limits.MEASURES_WAITING_MAX) {
            done.accept(Optional.empty());
            return;
        }
        waiting.add(done);
        if (waiting.size() == 1) ask();
    }

    private void finish(NodeFigures figures) {
        var told = List.copyOf(waiting);
        waiting.clear();
        for (var each : told)
            each.accept(Optional.of(figures));
    }

    private void ask() {
        var gathering = new Asking.Gathering<List<GroupStanding>>(parts -> new Round(
            parts.stream().flatMap(List::stream).toList()).start());
        var asking = new Asking<>(rooms.groups());
        for (var host : rooms.groups().all()) {
            asking.<List<GroupStanding>>ask(host, home, GroupRequest.Survey::new,
                Asking.Outcome.<List<GroupStanding>, List<GroupStanding>>of(Function.identity(),
                    _ -> List.of(), gathering.expect()));
        }
        gathering.close();
    }

    private int partitionsMax() {
        return rooms.cluster().live().integer(BrokerNames.NARU_METRICS_PARTITIONS_MAX);
    }

    /// What one loop has told.
    private record Part(LoopFigures loop, SortedMap<String, RequestTimes.Reading> requests,
        List<Traffic.Reading> traffic, List<PartitionFigures> partitions, boolean isFenced) {}

    /// A group's place in a partition, and what is found out about it, each by the partition's loop.
    private static final class Lag {
        private final GroupStanding.Place place;
        private LagFigures figures;

        Lag(GroupStanding.Place place) {
            this.place = place;
            this.figures = new LagFigures(place.topic(), place.partition(),
                place.committedOffset(), LagFigures.UNKNOWN, LagFigures.UNKNOWN);
        }
    }

    private final class Round {
        private final List<GroupStanding> groups;
        private final List<List<Lag>> lagsByGroup = new ArrayList<>();
        private final List<Part> parts = new ArrayList<>();

        Round(List<GroupStanding> groups) {
            this.groups = groups;
        }

        void start() {
            var byLoop = new ArrayList<List<Lag>>();
            for (int loop = 0; loop < rooms.partitions().loopCount(); loop++)
                byLoop.add(new ArrayList<>());
            for (var group : groups) {
                var lags = new ArrayList<Lag>(group.places().size());
                for (var place : group.places()) {
                    var lag = new Lag(place);
                    lags.add(lag);
                    byLoop.get(rooms.partitions().loopIndexOf(place.topic(), place.partition()))
                        .add(lag);
                }
                lagsByGroup.add(lags);
            }
            for (int loop = 0; loop < byLoop.size(); loop++)
                begin(loop, byLoop.get(loop));
        }

        private void begin(int loop, List<Lag> lags) {
            var table = rooms.partitions().table(loop);
            Partitions.on(table.shared().loop(), () -> {
                times.get(loop).begin();
                lagsFrom(0, lags, loop);
            });
        }

        private void lagsFrom(int first, List<Lag> lags, int loop) {
            var table = rooms.partitions().table(loop);
            int end = Math.min(lags.size(), first + PLACES_PER_TURN);
            for (int at = first; at < end; at++)
                look(lags.get(at), table, times.get(loop));
            if (end < lags.size()) {
                table.shared().loop().execute(() -> lagsFrom(end, lags, loop));
                return;
            }
            var part = part(table);
            Partitions.on(home, () -> arrived(part));
        }

        private void look(Lag lag, PartitionTable table, LagTimes known) {
            var place = lag.place;
            var topic = rooms.cluster().image().topic(place.topic());
            if (topic.isEmpty()) return;
            if (!(table.find(topic.get(), place
                .partition()) instanceof PartitionTable.Lookup.Here(Partition partition))) return;
            long behind = Math.max(0, partition.highWatermark() - place.committedOffset());
            long sinceMs = behind == 0 ? 0 : LagFigures.UNKNOWN;
            var time = behind == 0 ? null : known.at(partition, place.committedOffset());
            if (time != null && time.isPresent())
                sinceMs = Math.max(0, clock.now().wallMs() - time.getAsLong());
            lag.figures = new LagFigures(place.topic(), place.partition(),
                place.committedOffset(), behind, sinceMs);
        }

        private Part part(PartitionTable table) {
            var connections = requireNonNull(rooms.connections().get(table.shared().loop()));
            var image = rooms.cluster().image();
            var traffic = new ArrayList<Traffic.Reading>();
            for (var each : List.of(table.written(), connections.traffic())) {
                each.forget(id -> image.topic(id).isEmpty());
                traffic.add(each.reading());
            }
            var partitions = new ArrayList<PartitionFigures>();
            var sum = new long[2];
            boolean isEach = image.partitionCount() <= partitionsMax();
            table.each(partition -> {
                long sizeBytes = partition.log().sizeBytes();
                sum[0]++;
                sum[1] += sizeBytes;
                if (isEach) partitions.add(figures(partition, sizeBytes));
            });
            var flushes = table.shared().flushRound();
            var memory = connections.memory();
            var loop = new LoopFigures(flushes.durations(), flushes.filesFlushed(),
                connections.countsByListener(), connections.openedEver(), memory.usedBytes(),
                memory.capacityBytes(), memory.waitingCount(), (int) sum[0], sum[1]);
            return new Part(loop, connections.requests().reading(), traffic, partitions,
                table.isFenced());
        }

        private static PartitionFigures figures(Partition partition, long sizeBytes) {
            var id = partition.id();
            var log = partition.log();
            return new PartitionFigures(id.topic(), id.index(), partition.leads(),
                log.logStartOffset(), partition.highWatermark(), log.logEndOffset(), sizeBytes,
                log.segmentCount());
        }

        private void arrived(Part part) {
            parts.add(part);
            if (parts.size() == rooms.partitions().loopCount()) finish(whole());
        }

        private NodeFigures whole() {
            var requests = new TreeMap<String, RequestTimes.Reading>();
            var topics = new LinkedHashMap<Uuid, TopicTraffic.Reading>();
            var all = TopicTraffic.Reading.NONE;
            var partitions = new ArrayList<PartitionFigures>();
            boolean isFenced = false;
            for (var part : parts) {
                part.requests().forEach(
                    (name, each) -> requests.merge(name, each, RequestTimes.Reading::plus));
                for (var traffic : part.traffic()) {
                    all = all.plus(traffic.all());
                    traffic.byTopic().forEach(
                        (id, each) -> topics.merge(id, each, TopicTraffic.Reading::plus));
                }
                partitions.addAll(part.partitions());
                isFenced |= part.isFenced();
            }
            var cluster = rooms.cluster();
            return new NodeFigures(cluster.nodeId(), cluster.controllerId(), cluster.image(),
                rooms.controller().quorum(), isFenced, disk.totalBytes(), disk.usableBytes(),
                rooms.isr().reading(), parts.stream().map(Part::loop).toList(), requests, topics,
                all, partitions, groupFigures());
        }

        private List<GroupFigures> groupFigures() {
            var figures = new ArrayList<GroupFigures>(groups.size());
            for (int at = 0; at < groups.size(); at++) {
                var group = groups.get(at);
                figures.add(new GroupFigures(group.group(), group.kind(), group.state(),
                    group.members(),
                    lagsByGroup.get(at).stream().map(lag -> lag.figures).toList()));
            }
            return figures;
        }
    }
}

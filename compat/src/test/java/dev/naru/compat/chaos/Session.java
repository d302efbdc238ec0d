package dev.naru.compat.chaos;

import dev.naru.compat.broker.Seat;
import dev.naru.sim.history.FinalScan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/// One cluster and its clients, for some trials of one row. Each trial ends with everything healed,
/// read and
/// checked, from the first record of the session on.
final class Session implements AutoCloseable {
    private static final long PATIENCE_MS = 45_000;
    private static final int PARTITIONS = 4;
    private static final long LONG_MS = 10_000;
    /// Seeds that are neighbours begin alike.
    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final int ACKS_TO_BE_WARM = 20;

    private final Row row;
    private final Optional<Wires> wires;
    private final Ground ground;
    private final Optional<Shim> shim;
    private final Fleet fleet;
    private final Door door;
    private final Admin admin;
    private final Topics topics = new Topics(PARTITIONS);
    private final Recorder recorder = new Recorder();
    private final Load load;
    private final List<String> findings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Random chance = new Random(0);

    /// What came of one trial: the findings are violations, none is a pass.
    record Outcome(List<String> findings, List<String> notes, long gapMsMax, long acked) {}

    private Session(Row row, Optional<Wires> wires, Ground ground) {
        this.row = row;
        this.wires = wires;
        this.ground = ground;
        var seats = seats();
        Seat.format(seats);
        shim = row.needs().contains(Need.SHIM)
            ? Optional.of(Shim.make(ground.scratch(), seats.size()))
            : Optional.empty();
        var settings = new HashMap<>(row.settings());
        if (wires.isPresent()) {
            settings.put("naru.insecure", "true");
            settings.put("naru.internode.plaintext", "true");
        }
        fleet = Fleet.of(seats, settings, surroundings(seats));
        door = new Door(fleet.bootstrap());
        admin = door.admin();
        try {
            fleet.start();
            topics.create(admin, fleet.size());
        } catch (AssertionError | RuntimeException failed) {
            System.out.println(outputs());
            fleet.close();
            throw failed;
        }
        load = new Load(recorder, door, topics);
    }

    static Session open(Row row) {
        int nodes = row.needs().contains(Need.ALONE) ? 1 : 3;
        Optional<Wires> wires = row.needs().contains(Need.NAMESPACES)
            ? Optional.of(Wires.lay(nodes))
            : Optional.empty();
        var ground = Ground.of(row.needs(), nodes);
        try {
            return new Session(row, wires, ground);
        } catch (AssertionError | RuntimeException failed) {
            ground.close();
            wires.ifPresent(Wires::close);
            throw failed;
        }
    }

    private List<Seat> seats() {
        if (wires.isEmpty()) return Seat.onLoopback(ground.directories());
        return IntStream.rangeClosed(1, ground.directories().size())
            .mapToObj(node -> new Seat(node, wires.get().host(node),
                ground.directories().get(node - 1), Uuid.randomUuid().toString(),
                List.of(9092, 9192, 9292)))
            .toList();
    }

    private Map<Integer, Member.Surroundings> surroundings(List<Seat> seats) {
        var all = new HashMap<Integer, Member.Surroundings>();
        for (var seat : seats) {
            all.put(seat.nodeId(), new Member.Surroundings(
                wires.map(each -> each.prefix(seat.nodeId())).orElse(List.of()),
                shim.map(each -> each.environment(seat.nodeId())).orElse(Map.of()), row.jvm()));
        }
        return all;
    }

    Fleet fleet() {
        return fleet;
    }

    Admin admin() {
        return admin;
    }

    Door door() {
        return door;
    }

    Wires wires() {
        return wires.orElseThrow();
    }

    Shim shim() {
        return shim.orElseThrow();
    }

    Ground ground() {
        return ground;
    }

    Random chance() {
        return chance;
    }

    Recorder recorder() {
        return recorder;
    }

    /// A violation that the history does not show.
    void finding(String what) {
        findings.add(what);
    }

    /// A figure for the results.
    void note(String what) {
        notes.add(what);
    }

    /// The leader of some partition of the data.
    Member aLeader() {
        int leader = fleet.leader(admin, chance.nextInt(PARTITIONS));
        return fleet.member(leader == 0 ? 1 : leader);
    }

    /// How many partitions of the data the node leads.
    int ledBy(int nodeId) {
        return (int) IntStream.range(0, PARTITIONS)
            .filter(partition -> fleet.leader(admin, partition) == nodeId).count();
    }

    /// One fault, and all that is to be said about it.
    Outcome trial(int round) {
        findings.clear();
        notes.clear();
        chance = new Random((1000L * row.number() + round) * SPREAD);
        long before = recorder.ackedCount();
        int electionsBefore = elections().count();
        recorder.pulse().begin();
        awaitAcks("before the fault");
        recorder.pulse().begin();
        try {
            row.fault().strike(this, round);
        } catch (AssertionError | RuntimeException failed) {
            finding("the trial failed: " + failed + ": " + failed.getCause());
        }
        findings.addAll(fleet.dead());
        findings.addAll(fleet.awaitWhole(admin, PATIENCE_MS));
        awaitAcks("after the fault");
        long gapMsMax = recorder.pulse().end();
        if (gapMsMax > LONG_MS) note("longest at " + recorder.pulse().where());
        var elections = elections();
        note("elections " + (elections.count() - electionsBefore));
        findings.addAll(elections.shared());
        findings.addAll(load.rest(PATIENCE_MS));
        if (findings.stream().noneMatch(each -> each.startsWith("hang"))) check();
        load.work();
        return new Outcome(List.copyOf(findings), List.copyOf(notes), gapMsMax,
            recorder.ackedCount() - before);
    }

    /// Those of the metadata, so far.
    Elections elections() {
        return Elections.in(fleet.members().stream().map(Member::data).toList());
    }

    /// Returns when every partition takes writes again; a violation when they do not.
    void awaitAcks(String when) {
        var before = recorder.pulse().acks();
        boolean isServed = Wait.upTo(PATIENCE_MS, () -> {
            var acks = recorder.pulse().acks();
            return topics.slots(Topics.DATA).stream().allMatch(slot -> acks.getOrDefault(slot,
                0L) >= before.getOrDefault(slot, 0L) + ACKS_TO_BE_WARM);
        });
        if (!isServed)
            finding("hang: no writes " + when + ": " + before + " then " + recorder.pulse().acks());
    }

    private void check() {
        try {
            var data = topics.slots(Topics.DATA);
            var all = new ArrayList<FinalScan>();
            var committed = new ArrayList<FinalScan>();
            for (var each : List.of("the first scan", "the second scan")) {
                all.add(Scanner.scan(door, data, false, each));
                committed.add(Scanner.scan(door, topics.transactional(), true, each));
            }
            findings.addAll(Scanner.stuck(door, topics.transactional()));
            findings.addAll(recorder.faults(all, committed));
            findings.addAll(Replicas.differences(fleet.members().stream().map(Member::data)
                .toList(), topics));
        } catch (AssertionError | RuntimeException failed) {
            finding("not readable: " + failed);
        }
    }

    /// What every node said, for whoever looks into a violation.
    String outputs() {
        var all = new StringBuilder();
        for (var each : fleet.members())
            all.append("== node ").append(each.nodeId()).append(" in ").append(each.data())
                .append('\n').append(each.output()).append("-- its log\n").append(each.log());
        return all.toString();
    }

    /// The directories stay where they are after a violation.
    void keep() {
        ground.keep();
    }

    @Override public void close() {
        load.close();
        admin.close(Duration.ofSeconds(1));
        fleet.close();
        ground.close();
        wires.ifPresent(Wires::close);
    }
}

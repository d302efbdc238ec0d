package dev.naru.sim.contract;

import static dev.naru.sim.contract.Claim.equal;
import static dev.naru.sim.contract.Claim.holds;

import dev.naru.metadata.MetadataLog;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a [MetadataLog] promises, on one node and on several.
public final class MetadataLogContract {
    private static final int MANY = 50;

    private final LogYard.Maker maker;

    public MetadataLogContract(LogYard.Maker maker) {
        this.maker = maker;
    }

    public List<Claim> claims() {
        return List.of(
            claim("one node comes to lead and the others hear who it is", this::oneLeads),
            claim("a batch is told before its outcome, and never within the proposal",
                this::toldFirst),
            claim("all nodes see one sequence, whose indexes grow", this::oneSequence),
            claim("a proposal of a node that follows is refused", this::followersRefused),
            claim("a restart tells what was there, under a higher epoch", this::restart),
            claim("a snapshot and what follows it make the same state", this::snapshots),
            claim("the leader knows who agrees and how far each is", this::quorumKnown),
            claim("nothing is called after the close", this::closed));
    }

    /// What only holds where there are several nodes.
    public List<Claim> claimsOfSeveral() {
        return List.of(
            claim("a leader that goes is replaced, and nothing acknowledged is lost",
                this::replaced),
            claim("a node that was away comes to know all of it", this::away),
            claim("without a majority nothing is committed", this::minority));
    }

    private Claim claim(String sentence, Story story) {
        return new Claim(sentence, () -> {
            try (var yard = maker.make()) {
                story.tell(yard);
            }
        });
    }

    private void oneLeads(LogYard yard) {
        var seats = bootAll(yard);
        var leader = leader(yard, seats);
        int leaderId = id(seats, leader);
        yard.until(() -> seats.values().stream()
            .allMatch(seat -> seat == leader || seat.leaderId() == leaderId));
        holds(leader.epochs.getLast() > 0, "an epoch is above 0");
        allWell(seats);
    }

    private void toldFirst(LogYard yard) {
        var seats = bootAll(yard);
        commit(yard, seats, 41);
        boolean isSeen = false;
        for (var seat : seats.values()) {
            var events = List.copyOf(seat.events);
            int told = events.indexOf("committed 41");
            int answered = events.indexOf("outcome 41");
            if (answered < 0 || told < 0) continue;
            isSeen = true;
            holds(told < answered, "told first");
            holds(events.indexOf("proposed 41") < told, "not within the proposal");
        }
        holds(isSeen, "somebody proposed it");
        allWell(seats);
    }

    private void oneSequence(LogYard yard) {
        var seats = bootAll(yard);
        for (long value = 1; value <= MANY; value++)
            commit(yard, seats, value);
        same(yard, seats);
        for (long value = 1; value <= MANY; value++)
            holds(first(seats).values().contains(value), value + " is there");
        allWell(seats);
    }

    private void followersRefused(LogYard yard) {
        var seats = bootAll(yard);
        commit(yard, seats, 1);
        for (int nodeId : yard.nodes()) {
            var seat = seat(seats, nodeId);
            yard.until(seat::hasRole);
            if (seat.isLeading()) continue;
            var outcome = seat.propose(100 + nodeId);
            if (outcome instanceof MetadataLog.Outcome.Refused) continue;
            holds(seat.epochs.size() > 0, "only a leader gets another answer: " + outcome);
        }
        commit(yard, seats, 2);
        same(yard, seats);
        allWell(seats);
    }

    private void restart(LogYard yard) {
        var seats = bootAll(yard);
        for (long value = 1; value <= 5; value++)
            commit(yard, seats, value);
        same(yard, seats);
        int highest = highestEpoch(seats);
        var before = first(seats).state();
        yard.killAll();
        var again = bootAll(yard);
        var leader = leader(yard, again);
        holds(leader.epochs.getFirst() > highest, "a higher epoch");
        holds(leader.state().entrySet().containsAll(before.entrySet()), "a leader knows all");
        commit(yard, again, 6);
        same(yard, again);
        holds(first(again).state().entrySet().containsAll(before.entrySet()), "all is there");
        allWell(again);
    }

    private void snapshots(LogYard yard) {
        var seats = bootAll(yard);
        long value = 0;
        while (seats.values().stream().noneMatch(seat -> seat.snapshotsAsked.get() > 0)
            || value < MANY) {
            commit(yard, seats, ++value);
        }
        same(yard, seats);
        var before = first(seats).state();
        boolean isGiven = false;
        for (int life = 0; life < 200 && !isGiven; life++) {
            yard.killAll();
            seats = bootAll(yard);
            commit(yard, seats, ++value);
            isGiven = seats.values().stream().anyMatch(seat -> seat.snapshotsGiven.get() > 0);
        }
        holds(isGiven, "some node was given a snapshot");
        same(yard, seats);
        holds(first(seats).state().entrySet().containsAll(before.entrySet()), "all is there");
        allWell(seats);
    }

    private void quorumKnown(LogYard yard) {
        var seats = bootAll(yard);
        commit(yard, seats, 1);
        yard.until(() -> {
            var leader = leading(seats);
            if (leader == null || leader.state().isEmpty()) return false;
            long lastIndex = leader.state().lastKey();
            var known = leader.quorum();
            return known.leaderEpoch() == leader.epochs.getLast()
                && known.committedIndex() >= lastIndex
                && known.voters().size() == yard.nodes().size()
                && known.voters().stream().allMatch(voter -> voter.lastIndex() >= lastIndex);
        });
        allWell(seats);
    }

    private void closed(LogYard yard) {
        var seats = bootAll(yard);
        commit(yard, seats, 1);
        same(yard, seats);
        var gone = seat(seats, yard.nodes().getLast());
        gone.close();
        int heard = gone.events.size();
        if (seats.size() > 1) {
            seats.remove(yard.nodes().getLast());
            for (long value = 2; value <= 20; value++)
                commit(yard, seats, value);
        }
        yard.kill(yard.nodes().getLast());
        equal(heard, gone.events.size(), "events");
        allWell(seats);
    }

    private void replaced(LogYard yard) {
        var seats = bootAll(yard);
        for (long value = 1; value <= 5; value++)
            commit(yard, seats, value);
        for (int round = 0; round < 2; round++) {
            var leader = leader(yard, seats);
            int highest = highestEpoch(seats);
            int leaderId = id(seats, leader);
            yard.kill(leaderId);
            seats.remove(leaderId);
            commit(yard, seats, 100 + round);
            holds(highestEpoch(seats) > highest, "a higher epoch");
            seats.put(leaderId, new LogSeat(yard, leaderId));
            commit(yard, seats, 200 + round);
        }
        same(yard, seats);
        holds(
            first(seats).values().containsAll(List.of(1L, 2L, 3L, 4L, 5L, 100L, 101L, 200L, 201L)),
            "nothing is lost");
        allWell(seats);
    }

    private void away(LogYard yard) {
        var seats = bootAll(yard);
        commit(yard, seats, 0);
        var leader = leader(yard, seats);
        int awayId = yard.nodes().stream().filter(id -> id != id(seats, leader)).findFirst()
            .orElseThrow();
        yard.kill(awayId);
        seats.remove(awayId);
        for (long value = 1; value <= 2L * MANY; value++)
            commit(yard, seats, value);
        seats.put(awayId, new LogSeat(yard, awayId));
        same(yard, seats);
        commit(yard, seats, 1_000);
        same(yard, seats);
        allWell(seats);
    }

    private void minority(LogYard yard) {
        var seats = bootAll(yard);
        commit(yard, seats, 1);
        var leader = leader(yard, seats);
        int leaderId = id(seats, leader);
        for (int nodeId : yard.nodes()) {
            if (nodeId == leaderId) continue;
            yard.kill(nodeId);
            seats.remove(nodeId);
        }
        var outcome = leader.propose(13);
        holds(!(outcome instanceof MetadataLog.Outcome.Committed), "nobody else stored it");
        for (int nodeId : yard.nodes()) {
            if (nodeId != leaderId) seats.put(nodeId, new LogSeat(yard, nodeId));
        }
        commit(yard, seats, 2);
        same(yard, seats);
        allWell(seats);
    }

    private static SortedMap<Integer, LogSeat> bootAll(LogYard yard) {
        var seats = new TreeMap<Integer, LogSeat>();
        for (int nodeId : yard.nodes())
            seats.put(nodeId, new LogSeat(yard, nodeId));
        return seats;
    }

    private static LogSeat seat(SortedMap<Integer, LogSeat> seats, int nodeId) {
        var seat = seats.get(nodeId);
        if (seat == null) throw new AssertionError("no node " + nodeId);
        return seat;
    }

    private static LogSeat first(SortedMap<Integer, LogSeat> seats) {
        return seat(seats, seats.firstKey());
    }

    private static LogSeat leader(LogYard yard, SortedMap<Integer, LogSeat> seats) {
        yard.until(() -> leading(seats) != null);
        var leader = leading(seats);
        return leader == null ? leader(yard, seats) : leader;
    }

    /// The one that leads under the highest epoch.
    private static @Nullable LogSeat leading(SortedMap<Integer, LogSeat> seats) {
        @Nullable
        LogSeat found = null;
        int highest = 0;
        for (var seat : seats.values()) {
            if (!seat.isLeading() || seat.epochs.getLast() <= highest) continue;
            highest = seat.epochs.getLast();
            found = seat;
        }
        return found;
    }

    private static int id(SortedMap<Integer, LogSeat> seats, LogSeat sought) {
        for (var each : seats.entrySet()) {
            if (each.getValue() == sought) return each.getKey();
        }
        throw new AssertionError("no such node");
    }

    private static int highestEpoch(SortedMap<Integer, LogSeat> seats) {
        int highest = 0;
        for (var seat : seats.values()) {
            for (int epoch : List.copyOf(seat.epochs))
                highest = Math.max(highest, epoch);
        }
        return highest;
    }

    /// Proposes to whoever leads until it is in the log for good.
    private static void commit(LogYard yard, SortedMap<Integer, LogSeat> seats, long value) {
        while (true) {
            var outcome = leader(yard, seats).propose(value);
            if (outcome instanceof MetadataLog.Outcome.Committed) return;
        }
    }

    /// Lets the cluster work until all nodes know the same.
    private static void same(LogYard yard, SortedMap<Integer, LogSeat> seats) {
        var leader = leader(yard, seats);
        yard.until(() -> {
            var states = new ArrayList<SortedMap<Long, Long>>();
            for (var seat : seats.values())
                states.add(seat.state());
            return states.stream().allMatch(state -> state.equals(leader.state()));
        });
    }

    private static void allWell(SortedMap<Integer, LogSeat> seats) {
        for (var each : seats.entrySet()) {
            var seat = each.getValue();
            equal(0, seat.wrongs.get(), "wrongs of node " + each.getKey() + " " + seat.events);
        }
    }

    private interface Story {
        void tell(LogYard yard) throws Exception;
    }
}

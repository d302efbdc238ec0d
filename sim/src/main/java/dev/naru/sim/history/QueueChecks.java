package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Share groups: what was settled stays settled, a lock is one member's, no record is lent more
/// often than allowed, and in the end each was accepted or given up.
final class QueueChecks {
    /// So often can be lent what nobody ever heard of, before it is given up without dead letters.
    private static final int UNHEARD_MAX = 12;

    private final List<String> found = new ArrayList<>();
    private final History history;
    private final Map<Seen.Place, List<Seen.Lent>> lent = new TreeMap<>();
    private final Map<Seen.Place, List<Seen.Settled>> settled = new TreeMap<>();
    private final TreeSet<Integer> letters = new TreeSet<>();
    /// Values that are in the log more than once: a producer that is not idempotent sent again.
    private final TreeSet<Integer> doubled = new TreeSet<>();

    private QueueChecks(History history) {
        this.history = history;
        for (var each : history.seen()) {
            switch (each) {
                case Seen.Lent one ->
                    lent.computeIfAbsent(one.place(), _ -> new ArrayList<>()).add(one);
                case Seen.Settled one ->
                    settled.computeIfAbsent(one.place(), _ -> new ArrayList<>()).add(one);
                case Seen.DeadLetter one -> letters.add(one.value());
                default -> {
                }
            }
        }
    }

    static List<String> find(History history) {
        var checks = new QueueChecks(history);
        checks.settled.forEach(checks::settle);
        checks.lent.values().forEach(checks::lend);
        var end = history.queueEnd();
        if (end != null) checks.end(end);
        return checks.found;
    }

    private List<Seen.Settled> settledAt(Seen.Place place) {
        return settled.getOrDefault(place, List.of());
    }

    private List<Seen.Lent> lentAt(Seen.Place place) {
        return lent.getOrDefault(place, List.of());
    }

    /// What members said of one record, and were told that it is stored.
    private void settle(Seen.Place place, List<Seen.Settled> all) {
        Seen.Settled done = null;
        for (var each : all) {
            if (each.outcome() != Outcome.OK) continue;
            if (done != null && each.startNs() > done.endNs()) {
                found.add("queue: settled again: " + each + " after " + done);
            }
            if (each.isFinal() && done == null) done = each;
            takenAway(each).ifPresent(other -> found.add("queue: acknowledged by one who had lost"
                + " it: " + each + " after " + other));
        }
        for (var each : all) {
            if (each.type() == Seen.RELEASE && each.outcome() == Outcome.OK) released(each);
        }
        if (done == null) return;
        for (var each : lentAt(place)) {
            if (each.startNs() > done.endNs()) {
                found.add("queue: lent again: " + each + " after " + done);
            }
        }
    }

    /// A delivery that was told of counts for ever once its record was released.
    private void released(Seen.Settled said) {
        int count = 0;
        for (var each : lentAt(said.place())) {
            boolean isIts = each.member().equals(said.member()) && each.endNs() <= said.startNs();
            if (isIts) count = each.deliveryCount();
        }
        for (var each : lentAt(said.place())) {
            if (each.startNs() > said.endNs() && each.deliveryCount() <= count) {
                found.add("queue: a delivery does not count: " + each + " after " + said);
            }
        }
    }

    /// Somebody else who was lent the record after the one who speaks of it, and before it spoke.
    private Optional<Seen.Lent> takenAway(Seen.Settled said) {
        long ownNs = -1;
        for (var each : lentAt(said.place())) {
            if (each.member().equals(said.member()) && each.endNs() <= said.startNs()) {
                ownNs = Math.max(ownNs, each.endNs());
            }
        }
        for (var each : lentAt(said.place())) {
            boolean isBetween = each.startNs() > ownNs && each.endNs() < said.startNs();
            if (isBetween && !each.member().equals(said.member())) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private void lend(List<Seen.Lent> all) {
        var end = history.queueEnd();
        for (var each : all) {
            boolean isTooOften = end != null && each.deliveryCount() > end.deliveriesMax();
            if (each.deliveryCount() < 1 || isTooOften) {
                found.add("queue: lent too often: " + each);
            }
        }
    }

    private void end(History.QueueEnd end) {
        if (end.keys() > 0) new KeyOrderChecks(lent, end.keys(), found).find();
        if (history.scans().isEmpty()) return;
        var group = lent.isEmpty() ? "" : lent.keySet().iterator().next().group();
        var slots = new TreeSet<Slot>();
        lent.keySet().forEach(place -> slots.add(place.slot()));
        var once = new TreeSet<Integer>();
        for (var slot : slots) {
            for (int value : history.scans().getFirst().valuesOf(slot).values())
                if (!once.add(value)) doubled.add(value);
        }
        for (var slot : slots) {
            history.scans().getFirst().valuesOf(slot).forEach(
                (offset, value) -> end(new Seen.Place(group, slot, offset), value, end));
        }
    }

    /// What became of one record in the end.
    private void end(Seen.Place place, int value, History.QueueEnd end) {
        boolean isAccepted = false;
        boolean isRejected = false;
        boolean isMaybeDone = false;
        for (var each : settledAt(place)) {
            isMaybeDone |= each.isFinal() && each.outcome() != Outcome.REFUSED;
            isAccepted |= each.type() == Seen.ACCEPT && each.outcome() == Outcome.OK;
            isRejected |= each.type() == Seen.REJECT && each.outcome() == Outcome.OK;
        }
        boolean isBuried = letters.contains(value);
        if (isAccepted && isBuried && !doubled.contains(value)) {
            found.add("queue: accepted, and among the dead letters: " + place);
        }
        boolean mustBeBuried = end.hasDeadLetters() && !history.mayLackDeadLetters();
        if (isRejected && mustBeBuried && !isBuried) {
            found.add("queue: rejected, and no dead letter: " + place);
        }
        if (isMaybeDone || isBuried || history.mayLackDeadLetters()) return;
        int most = lentAt(place).stream().mapToInt(Seen.Lent::deliveryCount).max().orElse(0);
        if (end.hasDeadLetters() || most < UNHEARD_MAX) {
            found.add("queue: passed over: " + place + ", value " + value + ", lent " + most
                + " times");
        }
    }
}

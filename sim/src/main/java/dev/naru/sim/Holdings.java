package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.CommittedOffsets;
import dev.naru.client.Membership;
import dev.naru.client.NodeLink;
import dev.naru.client.Slot;
import dev.naru.sim.history.Outcome;
import dev.naru.sim.history.Seen;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// What one client has in a group at the moment, written down as it comes and goes; and commits of
/// growing offsets for it, also as the member that the client was in its life before.
final class Holdings {
    /// Epochs of a group that changes its kind may begin anew, so they order nothing.
    private static final int NO_ORDER = Integer.MAX_VALUE;

    private final Site site;
    private final String group;
    private final NavigableMap<Slot, Long> gainedNs = new TreeMap<>();
    private Life before = new Life(new Membership("", -1), new TreeMap<>());
    private Membership as = before.as();
    private long progress;

    private record Life(Membership as, NavigableMap<Slot, Long> gainedNs) {}

    Holdings(Site site, String group) {
        this.site = site;
        this.group = group;
    }

    /// These and no others are the member's from here on.
    void settle(Membership membership, Collection<Slot> slots) {
        var lost = new TreeSet<>(gainedNs.keySet());
        lost.removeAll(slots);
        for (var slot : lost)
            lose(slot);
        as = membership;
        for (var slot : slots) {
            if (!gainedNs.containsKey(slot)) gain(slot);
        }
    }

    private void gain(Slot slot) {
        count("gained");
        gainedNs.put(slot, site.nowNs());
        site.history().saw(new Seen.Gained(group, as.memberId(), slot, as.generation(),
            site.nowNs()));
    }

    private void lose(Slot slot) {
        gainedNs.remove(slot);
        site.history().saw(new Seen.Lost(group, as.memberId(), slot, site.nowNs()));
    }

    void loseAll() {
        for (var slot : new TreeSet<>(gainedNs.keySet()))
            lose(slot);
    }

    /// Nothing more as this member, except by mistake.
    void endLife() {
        if (!gainedNs.isEmpty()) before = new Life(as, new TreeMap<>(gainedNs));
        loseAll();
    }

    boolean isEmpty() {
        return gainedNs.isEmpty();
    }

    void commit(NodeLink link, CommittedOffsets offsets, String topic, Membership membership) {
        for (var each : new TreeMap<>(gainedNs).entrySet()) {
            if (!each.getKey().topic().equals(topic)) continue;
            commit(link, offsets, membership, each);
        }
    }

    /// As one does that stood still for too long.
    void commitAsBefore(NodeLink link, CommittedOffsets offsets, String topic) {
        for (var each : before.gainedNs().entrySet()) {
            if (!each.getKey().topic().equals(topic)) continue;
            count("zombie commits");
            commit(link, offsets, before.as(), each);
            return;
        }
    }

    private void commit(NodeLink link, CommittedOffsets offsets, Membership membership,
        Map.Entry<Slot, Long> held) {
        var slot = held.getKey();
        long offset = ++progress * 100 + site.number();
        long startNs = site.nowNs();
        offsets.commit(link, membership, new TreeMap<>(Map.of(slot, offset)), code -> {
            var outcome = outcome(code);
            count("commits " + outcome);
            site.history().saw(new Seen.Committed(group, slot, offset, NO_ORDER, outcome, startNs,
                site.nowNs()));
            site.history().saw(new Seen.OwnerCommitted(group, membership.memberId(), slot,
                held.getValue(), outcome, startNs));
        });
    }

    void readCommitted(NodeLink link, CommittedOffsets offsets, List<Slot> slots) {
        long startNs = site.nowNs();
        offsets.fetch(link, slots, (code, found) -> {
            if (code != ErrorCode.NONE) return;
            count("committed offsets read");
            found.forEach((slot, offset) -> {
                progress = Math.max(progress, offset / 100);
                site.history().saw(
                    new Seen.CommittedRead(group, slot, offset, startNs, site.nowNs()));
            });
        });
    }

    private static Outcome outcome(ErrorCode code) {
        return switch (code) {
            case NONE -> Outcome.OK;
            case STALE_MEMBER_EPOCH, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS, UNKNOWN_MEMBER_ID,
                COORDINATOR_LOAD_IN_PROGRESS, UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID,
                GROUP_ID_NOT_FOUND, UNSUPPORTED_VERSION ->
                Outcome.REFUSED;
            default -> Outcome.UNKNOWN;
        };
    }

    private void count(String what) {
        site.world().trace().count(group + ": " + what);
    }
}

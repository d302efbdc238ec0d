package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.ClusterView;
import dev.naru.client.CommittedOffsets;
import dev.naru.client.EpochMember;
import dev.naru.client.GroupMemberSettings;
import dev.naru.client.Membership;
import dev.naru.client.Slot;
import dev.naru.sim.history.Outcome;
import dev.naru.sim.history.Seen;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A client in a consumer group of the new protocol: owns, commits growing offsets for what it owns,
/// leaves and comes back under another id, and at times is cut off.
final class EpochRole implements EpochMember.Listener {
    static final String GROUP = "epochs";
    static final int SESSION_MS = 2_000;
    private static final int REBALANCE_MS = 3_000;

    private final Site site;
    private final List<String> topics;
    private ClusterView view;
    private EpochMember member;
    private CommittedOffsets offsets;
    private long progress;
    private int lives;
    private boolean isCalm;

    EpochRole(Site site, List<String> topics) {
        this.site = site;
        this.topics = topics;
        this.view = site.view();
        this.member = member();
        this.offsets = new CommittedOffsets(view, GROUP);
    }

    private EpochMember member() {
        var settings = new GroupMemberSettings(GROUP, "", topics, SESSION_MS, REBALANCE_MS,
            100 + site.chance().below(300));
        return new EpochMember(view, settings, "m" + site.number() + "-" + lives++, this);
    }

    void start() {
        site.now(member::start);
        site.within(500, this::commitTurn);
        site.within(2_000, this::wander);
    }

    void calm() {
        isCalm = true;
    }

    boolean isAtWork() {
        return member.membership().generation() > 0;
    }

    void close() {
        member.stop(false);
        view.close();
        site.over();
    }

    private void wander() {
        if (isCalm) return;
        var chance = site.chance();
        switch (chance.below(6)) {
            case 0, 1 -> comeBack(chance.oneIn(2));
            case 2 -> view.reconnect("impatient");
            case 3 -> member.coordinator().ifPresent(link -> link.reconnect("impatient"));
            default -> {
            }
        }
        site.within(1_500, this::wander);
    }

    private void comeBack(boolean saysGoodbye) {
        site.world().trace().count("epochs: members leave");
        member.stop(saysGoodbye);
        var old = view;
        if (!saysGoodbye) old.close();
        view = site.view();
        member = member();
        offsets = new CommittedOffsets(view, GROUP);
        var next = member;
        site.within(1_000, next::start);
        if (saysGoodbye) site.within(3_000, old::close);
    }

    @Override public void onGained(Membership membership, List<Slot> slots) {
        site.world().trace().count("epochs: partitions gained");
        for (var slot : slots) {
            site.history().saw(new Seen.Gained(GROUP, membership.memberId(), slot,
                membership.generation(), site.nowNs()));
        }
        var link = member.coordinator();
        if (link.isEmpty()) return;
        long startNs = site.nowNs();
        offsets.fetch(link.get(), slots, (code, found) -> {
            if (code != ErrorCode.NONE) return;
            site.world().trace().count("epochs: committed offsets read");
            found.forEach((slot, offset) -> {
                progress = Math.max(progress, offset);
                site.history().saw(
                    new Seen.CommittedRead(GROUP, slot, offset, startNs, site.nowNs()));
            });
        });
    }

    @Override public void onLost(Membership membership, List<Slot> slots) {
        for (var slot : slots) {
            site.history()
                .saw(new Seen.Lost(GROUP, membership.memberId(), slot, site.nowNs()));
        }
    }

    private void commitTurn() {
        site.within(300, this::commitTurn);
        var link = member.coordinator();
        if (member.owned().isEmpty() || link.isEmpty()) return;
        for (var each : member.owned().entrySet()) {
            long offset = ++progress * 100 + site.number();
            var positions = new TreeMap<Slot, Long>(Map.of(each.getKey(), offset));
            long startNs = site.nowNs();
            offsets.commit(link.get(), member.membership(), positions, code -> {
                site.world().trace().count("epochs: commits " + outcome(code));
                site.history().saw(new Seen.Committed(GROUP, each.getKey(), offset,
                    each.getValue(), outcome(code), startNs, site.nowNs()));
            });
        }
    }

    private static Outcome outcome(ErrorCode code) {
        return switch (code) {
            case NONE -> Outcome.OK;
            case STALE_MEMBER_EPOCH, UNKNOWN_MEMBER_ID, COORDINATOR_LOAD_IN_PROGRESS,
                UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, GROUP_ID_NOT_FOUND,
                UNSUPPORTED_VERSION ->
                Outcome.REFUSED;
            default -> Outcome.UNKNOWN;
        };
    }
}

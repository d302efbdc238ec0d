package dev.naru.sim;

import dev.naru.base.Now;
import dev.naru.client.ClusterView;
import dev.naru.client.CommittedOffsets;
import dev.naru.client.EpochMember;
import dev.naru.client.GroupMember;
import dev.naru.client.GroupMemberSettings;
import dev.naru.client.Membership;
import dev.naru.client.NodeLink;
import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A client in a group that moves between the classic and the new protocol while it is at work: each
/// time it comes back it speaks one or the other. Whatever it speaks, it holds itself for dead when
/// nobody has answered it for most of a session's time.
final class MoverRole implements EpochMember.Listener, GroupMember.Listener {
    static final String GROUP = "movers";
    private static final int SESSION_MS = 2_000;
    private static final int REBALANCE_MS = 3_000;

    private final Site site;
    private final String topic;
    private final Movers movers;
    private final Holdings holdings;
    private ClusterView view;
    private CommittedOffsets offsets;
    private @Nullable GroupMember classic;
    private @Nullable EpochMember modern;
    private int lives;
    private boolean isCalm;

    MoverRole(Site site, String topic, Movers movers) {
        this.site = site;
        this.topic = topic;
        this.movers = movers;
        this.holdings = new Holdings(site, GROUP);
        this.view = site.view();
        this.offsets = new CommittedOffsets(view, GROUP);
        chooseKind();
    }

    private void chooseKind() {
        var settings = new GroupMemberSettings(GROUP, "", List.of(topic), SESSION_MS,
            REBALANCE_MS, 100 + site.chance().below(300));
        lives++;
        boolean isModern = site.chance().oneIn(2);
        modern = isModern
            ? new EpochMember(view, settings, "m" + site.number() + "-" + lives, this)
            : null;
        classic = isModern ? null : new GroupMember(view, settings, this);
    }

    void start() {
        site.now(this::startMember);
        site.within(500, this::commitTurn);
        site.within(2_000, this::wander);
    }

    private void startMember() {
        if (modern != null) modern.start();
        if (classic != null) classic.start();
    }

    private void stopMember(boolean saysGoodbye) {
        if (modern != null) modern.stop(saysGoodbye);
        if (classic != null) classic.stop(saysGoodbye);
    }

    private Membership membership() {
        if (modern != null) return modern.membership();
        return classic == null ? new Membership("", -1) : classic.membership();
    }

    private Optional<NodeLink> coordinator() {
        if (modern != null) return modern.coordinator();
        return classic == null ? Optional.empty() : classic.coordinator();
    }

    boolean isModern() {
        return modern != null;
    }

    /// Whether it has something.
    boolean isOwner() {
        return !holdings.isEmpty();
    }

    void calm() {
        isCalm = true;
    }

    boolean isAtWork() {
        return membership().generation() > 0;
    }

    void close() {
        stopMember(false);
        view.close();
        site.over();
    }

    private void wander() {
        if (isCalm) return;
        var chance = site.chance();
        switch (chance.below(8)) {
            case 0, 1, 2 -> comeBack(chance.oneIn(2));
            case 3 -> view.reconnect("impatient");
            case 4 -> coordinator().ifPresent(link -> link.reconnect("impatient"));
            default -> coordinator()
                .ifPresent(link -> holdings.commitAsBefore(link, offsets, topic));
        }
        site.within(4_000, this::wander);
    }

    private void comeBack(boolean saysGoodbye) {
        holdings.endLife();
        stopMember(saysGoodbye);
        var old = view;
        if (!saysGoodbye) old.close();
        view = site.view();
        offsets = new CommittedOffsets(view, GROUP);
        chooseKind();
        int mine = lives;
        site.within(600, () -> {
            if (mine == lives) startMember();
        });
        if (saysGoodbye) site.within(3_000, old::close);
        site.world().trace().count("movers: come back " + (isModern() ? "modern" : "classic"));
    }

    @Override public void onGained(Membership membership, List<Slot> slots) {
        gained(membership, new ArrayList<>(ownedByModern()));
    }

    @Override public void onLost(Membership membership, List<Slot> slots) {
        holdings.settle(membership, ownedByModern());
    }

    private List<Slot> ownedByModern() {
        return modern == null ? List.of() : new ArrayList<>(modern.owned().keySet());
    }

    @Override public void onAssigned(Membership membership, List<Slot> slots) {
        gained(membership, slots);
        fence();
    }

    @Override public void onRevoked(Membership membership) {
        holdings.loseAll();
    }

    private void gained(Membership membership, List<Slot> slots) {
        holdings.settle(membership, slots);
        movers.lookAround();
        coordinator().ifPresent(link -> holdings.readCommitted(link, offsets, slots));
    }

    /// A classic member does not fence itself: this one does, when it has not been answered for so
    /// long that others may have what it had.
    private void fence() {
        var mine = classic;
        if (mine == null) return;
        long deadNs = mine.answeredNs() + SESSION_MS * Now.NS_PER_MS * 3 / 4;
        long leftNs = deadNs - site.tools().clock().monotonicNs();
        if (leftNs <= 0) {
            if (holdings.isEmpty()) return;
            site.world().trace().count("movers: fence themselves");
            holdings.loseAll();
            mine.coordinatorLost();
            return;
        }
        site.loop().after(leftNs, () -> {
            if (classic == mine && !holdings.isEmpty()) fence();
        });
    }

    private void commitTurn() {
        site.within(300, this::commitTurn);
        if (isAtWork()) {
            coordinator()
                .ifPresent(link -> holdings.commit(link, offsets, topic, membership()));
        }
    }
}

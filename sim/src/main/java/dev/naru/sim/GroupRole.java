package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.ClusterView;
import dev.naru.client.CommittedOffsets;
import dev.naru.client.Consumer;
import dev.naru.client.FetchedRecord;
import dev.naru.client.GroupMember;
import dev.naru.client.GroupMemberSettings;
import dev.naru.client.Membership;
import dev.naru.client.NodeLink;
import dev.naru.client.Slot;
import dev.naru.sim.history.Outcome;
import dev.naru.sim.history.Seen;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A client in a group: reads what it is given, commits how far it got, leaves and comes back; and
/// at times commits as the member it was before, as one does that stood still for too long.
final class GroupRole implements GroupMember.Listener, Consumer.Listener {
    static final String GROUP = "workers";
    private static final int SESSION_MS = 2_000;
    private static final int REBALANCE_MS = 3_000;

    private final Site site;
    private final List<String> topics;
    private ClusterView view;
    private GroupMember member;
    private Consumer consumer;
    private CommittedOffsets offsets;
    private final Map<Slot, Long> read = new TreeMap<>();
    private @Nullable Membership before;
    private int stretch;
    private boolean isCalm;

    GroupRole(Site site, List<String> topics) {
        this.site = site;
        this.topics = topics;
        this.view = site.view();
        this.member = new GroupMember(view, settings(), this);
        this.consumer = new Consumer(view, ReaderRole.draw(site.chance()), this);
        this.offsets = new CommittedOffsets(view, GROUP);
    }

    private GroupMemberSettings settings() {
        return new GroupMemberSettings(GROUP, "", topics, SESSION_MS, REBALANCE_MS,
            100 + site.chance().below(300));
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
        return member.membership().isMember();
    }

    void close() {
        member.stop(false);
        consumer.close();
        view.close();
        site.over();
    }

    private void wander() {
        if (isCalm) return;
        var chance = site.chance();
        switch (chance.below(8)) {
            case 0, 1 -> comeBack(chance.oneIn(2));
            case 2 -> view.reconnect("impatient");
            case 3 -> member.coordinator().ifPresent(link -> link.reconnect("impatient"));
            default -> zombie();
        }
        site.within(1_500, this::wander);
    }

    private void comeBack(boolean saysGoodbye) {
        site.world().trace().count("group: members leave");
        remember();
        member.stop(saysGoodbye);
        consumer.close();
        var old = view;
        if (!saysGoodbye) old.close();
        view = site.view();
        member = new GroupMember(view, settings(), this);
        consumer = new Consumer(view, ReaderRole.draw(site.chance()), this);
        offsets = new CommittedOffsets(view, GROUP);
        var next = member;
        site.within(1_000, next::start);
        if (saysGoodbye) site.within(3_000, old::close);
    }

    private void remember() {
        if (member.membership().isMember()) before = member.membership();
    }

    /// Commits as who it was before.
    private void zombie() {
        var past = before;
        var link = member.coordinator();
        if (past == null || link.isEmpty() || topics.isEmpty()) return;
        site.world().trace().count("group: zombie commits");
        commit(link.get(), past, Map.of(new Slot(topics.getFirst(), 0), 0L));
    }

    @Override public void onAssigned(Membership membership, List<Slot> slots) {
        stretch++;
        read.clear();
        site.world().trace().count("group: assignments");
        site.history().saw(new Seen.Assigned(GROUP, membership.generation(),
            membership.memberId(), List.copyOf(slots), site.nowNs()));
        if (!slots.isEmpty()) fetchCommitted(membership, slots, stretch);
    }

    private void fetchCommitted(Membership membership, List<Slot> slots, int mine) {
        var link = member.coordinator();
        if (link.isEmpty() || !member.membership().equals(membership)) return;
        long startNs = site.nowNs();
        offsets.fetch(link.get(), slots, (code, found) -> {
            if (code == ErrorCode.NONE) saw(found, startNs);
            if (stretch != mine || !member.membership().equals(membership)) return;
            if (code != ErrorCode.NONE) {
                site.within(200, () -> fetchCommitted(membership, slots, mine));
                return;
            }
            var from = new TreeMap<Slot, Long>();
            for (var each : found.entrySet())
                from.put(each.getKey(), Math.max(0, each.getValue()));
            consumer.assign(from);
        });
    }

    private void saw(Map<Slot, Long> found, long startNs) {
        site.world().trace().count("group: committed offsets read");
        for (var each : found.entrySet()) {
            site.history().saw(new Seen.CommittedRead(GROUP, each.getKey(), each.getValue(),
                startNs, site.nowNs()));
        }
    }

    @Override public void onRevoked(Membership membership) {
        before = membership;
        stretch++;
        read.clear();
        consumer.assign(Map.of());
    }

    private void commitTurn() {
        site.within(300, this::commitTurn);
        var link = member.coordinator();
        if (!member.membership().isMember() || read.isEmpty() || link.isEmpty()) return;
        commit(link.get(), member.membership(), new TreeMap<>(read));
        read.clear();
    }

    private void commit(NodeLink link, Membership as, Map<Slot, Long> positions) {
        long startNs = site.nowNs();
        offsets.commit(link, as, positions, code -> {
            var outcome = outcome(code);
            site.world().trace().count("group: commits " + outcome);
            for (var each : positions.entrySet()) {
                site.history().saw(new Seen.Committed(GROUP, each.getKey(), each.getValue(),
                    as.generation(), outcome, startNs, site.nowNs()));
            }
        });
    }

    /// What a coordinator answers that has lost its log half-way says nothing about what it had
    /// written.
    private static Outcome outcome(ErrorCode code) {
        return switch (code) {
            case NONE -> Outcome.OK;
            case ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, REBALANCE_IN_PROGRESS,
                COORDINATOR_LOAD_IN_PROGRESS, UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID ->
                Outcome.REFUSED;
            default -> Outcome.UNKNOWN;
        };
    }

    @Override public void onRecord(FetchedRecord each) {
        int value = Values.decode(each.value());
        site.history().saw(new Seen.Read(site.number(), stretch, each.slot(), each.offset(),
            value, site.nowNs()));
        read.put(each.slot(), each.offset() + 1);
    }

    @Override public void onOutOfRange(Slot slot, long position) {
        consumer.listOffset(slot, Consumer.EARLIEST, (code, offset, _) -> {
            if (!member.membership().isMember()) return;
            if (code == ErrorCode.NONE) {
                stretch++;
                consumer.seek(slot, offset);
            } else {
                site.within(100, () -> onOutOfRange(slot, position));
            }
        });
    }
}

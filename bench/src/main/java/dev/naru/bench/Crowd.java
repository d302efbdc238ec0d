package dev.naru.bench;

import dev.naru.base.Loop;
import dev.naru.client.Address;
import dev.naru.client.ClientSettings;
import dev.naru.client.ClientTools;
import dev.naru.client.ClusterView;
import dev.naru.client.EpochMember;
import dev.naru.client.GroupMember;
import dev.naru.client.GroupMemberSettings;
import dev.naru.client.Membership;
import dev.naru.client.NodeLink;
import dev.naru.client.Slot;
import dev.naru.io.NettyNet;
import dev.naru.io.RealClock;
import dev.naru.io.RealCodecs;
import dev.naru.io.RealEntropy;
import dev.naru.io.RealLoops;
import dev.naru.io.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// As many members of one group as a topic has partitions. The same light client for both systems:
/// a connection for each member, all of them on one thread.
final class Crowd {
    private static final int SESSION_MS = 45_000;
    private static final int REBALANCE_MS = 60_000;
    private static final int CLASSIC_BEAT_MS = 3_000;
    private static final long REQUEST_MS = 30_000;
    private static final long BACKOFF_MS = 20;
    private static final long PATIENCE_SECONDS = 180;
    private static final long GOODBYE_NS = 2_000_000_000L;

    private final String address;
    private final String topic;
    private final int size;

    Crowd(String address, String topic, int size) {
        this.address = address;
        this.topic = topic;
        this.size = size;
    }

    /// How the members join.
    enum Protocol {
        CLASSIC, CONSUMER
    }

    /// Starts all members at once; the seconds until each owns one partition that is nobody
    /// else's.
    double secondsToStable(String group, Protocol protocol) throws Exception {
        var escaped = new AtomicReference<Throwable>();
        try (var loops = RealLoops.start(1, Transport.best(), escaped::set);
            var net = NettyNet.over(loops)) {
            var loop = loops.loops().getFirst();
            var meeting = new Meeting(loop, net, group, protocol);
            loop.execute(meeting::open);
            meeting.known.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            long beganNs = System.nanoTime();
            loop.execute(meeting::begin);
            boolean isStable = meeting.stable.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            double seconds = (System.nanoTime() - beganNs) / 1e9;
            loop.execute(meeting::leave);
            meeting.ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (escaped.get() != null) throw new IOException("the members broke", escaped.get());
            if (!isStable)
                throw new IOException("the group is not stable after "
                    + PATIENCE_SECONDS + " s");
            return seconds;
        }
    }

    /// One life of the group. Owned by the loop, but for its latches.
    private final class Meeting implements GroupMember.Listener, EpochMember.Listener {
        private final CountDownLatch known = new CountDownLatch(1);
        private final CountDownLatch stable = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private final Loop loop;
        private final ClusterView view;
        private final GroupMemberSettings settings;
        private final Protocol protocol;
        private final Map<String, List<Slot>> owned = new HashMap<>();
        private final Map<Slot, String> owners = new HashMap<>();
        private final List<Runnable> farewells = new ArrayList<>();
        private final List<NodeLink> links = new ArrayList<>();

        Meeting(Loop loop, NettyNet net, String group, Protocol protocol) {
            this.loop = loop;
            var there = address.split(":", -1);
            var tools = new ClientTools(net, loop, new RealClock(), new RealEntropy(),
                new RealCodecs());
            this.view = new ClusterView(tools, new ClientSettings("crowd",
                List.of(new Address(there[0], Integer.parseInt(there[1]))), REQUEST_MS,
                BACKOFF_MS, Map.of()), what -> {
                });
            // a member of the newer protocol beats as the coordinator says
            int beatMs = protocol == Protocol.CLASSIC ? CLASSIC_BEAT_MS : 0;
            this.settings = new GroupMemberSettings(group, "", List.of(topic), SESSION_MS,
                REBALANCE_MS, beatMs);
            this.protocol = protocol;
        }

        void open() {
            view.listen(answer -> {
                if (view.topic(topic).isPresent()) known.countDown();
                else
                    view.refresh();
            });
            view.want(List.of(topic));
        }

        void begin() {
            for (int at = 0; at < size; at++) {
                switch (protocol) {
                    case CLASSIC -> {
                        var member = new GroupMember(view, settings, this);
                        farewells.add(() -> {
                            member.coordinator().ifPresent(links::add);
                            member.stop(true);
                        });
                        member.start();
                    }
                    case CONSUMER -> {
                        var member = new EpochMember(view, settings,
                            UUID.randomUUID().toString(), this);
                        farewells.add(() -> {
                            member.coordinator().ifPresent(links::add);
                            member.stop(true);
                        });
                        member.start();
                    }
                }
            }
        }

        /// All say goodbye; what is still connected after that is closed.
        void leave() {
            farewells.forEach(Runnable::run);
            loop.after(GOODBYE_NS, () -> {
                links.forEach(NodeLink::close);
                view.close();
                ended.countDown();
            });
        }

        @Override public void onAssigned(Membership membership, List<Slot> slots) {
            gained(membership, slots);
        }

        @Override public void onRevoked(Membership membership) {
            lost(membership, owned.getOrDefault(membership.memberId(), List.of()));
        }

        @Override public void onGained(Membership membership, List<Slot> slots) {
            gained(membership, slots);
        }

        @Override public void onLost(Membership membership, List<Slot> slots) {
            lost(membership, slots);
        }

        private void gained(Membership membership, List<Slot> slots) {
            var all = new ArrayList<>(owned.getOrDefault(membership.memberId(), List.of()));
            all.addAll(slots);
            owned.put(membership.memberId(), all);
            for (var slot : slots)
                owners.put(slot, membership.memberId());
            boolean isOneEach = owned.size() == size && owners.size() == size
                && owned.values().stream().allMatch(each -> each.size() == 1);
            if (isOneEach) stable.countDown();
        }

        private void lost(Membership membership, List<Slot> slots) {
            var left = new ArrayList<>(owned.getOrDefault(membership.memberId(), List.of()));
            left.removeAll(slots);
            if (left.isEmpty()) owned.remove(membership.memberId());
            else
                owned.put(membership.memberId(), left);
            for (var slot : slots)
                owners.remove(slot, membership.memberId());
        }
    }
}

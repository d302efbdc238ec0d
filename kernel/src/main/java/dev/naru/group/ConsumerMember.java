package dev.naru.group;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One member of a consumer group, as the log knows it: what it said of itself, and where it stands.
/// A value.
record ConsumerMember(Subscription said, Current current) {
    /// The member epoch of a static member that has left for a while.
    static final int AWAY_EPOCH = -2;

    /// What a member says of itself. `topics` are sorted; `pattern` is "" when it has none. A
    /// member that speaks the classic protocol has `classic`.
    record Subscription(String memberId, @Nullable String instanceId, @Nullable String rackId,
        String clientId, String clientHost, int rebalanceTimeoutMs, List<String> topics,
        String pattern, @Nullable String assignor, @Nullable Classic classic) {}

    /// What only a classic member has.
    record Classic(int sessionTimeoutMs, List<ClassicMember.Protocol> protocols) {}

    /// Where a member stands: `assigned` is its own; `pending` it has been told to give up, and
    /// until it says that it has, that is its own, too.
    record Current(int epoch, int previousEpoch, State state, Owned assigned, Owned pending) {
        static final Current NEW = new Current(0, 0, State.STABLE, Owned.NONE, Owned.NONE);

        boolean isReconciledTo(int targetEpoch) {
            return state == State.STABLE && epoch == targetEpoch;
        }

        Current away() {
            return new Current(AWAY_EPOCH, epoch, state, assigned, Owned.NONE);
        }

        Current withEpoch(int changed) {
            return new Current(changed, previousEpoch, state, assigned, pending);
        }
    }

    /// On the way from one assignment to the next.
    enum State {
        /// Has what its epoch gives it.
        STABLE(0),
        /// Must give up partitions before it goes on to the next epoch.
        UNREVOKED_PARTITIONS(1),
        /// Waits for partitions that others have not yet given up.
        UNRELEASED_PARTITIONS(2),
        /// Written by a later release.
        UNKNOWN(127);

        private final byte id;

        State(int id) {
            this.id = (byte) id;
        }

        byte id() {
            return id;
        }

        static State of(byte id) {
            for (var state : values()) {
                if (state.id == id) return state;
            }
            return UNKNOWN;
        }
    }

    String memberId() {
        return said.memberId();
    }

    @Nullable String instanceId() {
        return said.instanceId();
    }

    int epoch() {
        return current.epoch();
    }

    boolean isAway() {
        return current.epoch() == AWAY_EPOCH;
    }

    boolean isClassic() {
        return said.classic() != null;
    }

    Optional<Classic> classic() {
        return Optional.ofNullable(said.classic());
    }

    /// What a classic member says in the protocol it likes best.
    Optional<ByteBuffer> classicMetadata() {
        return classic().flatMap(classic -> classic.protocols().stream().findFirst())
            .map(ClassicMember.Protocol::metadata);
    }

    ConsumerMember with(Current changed) {
        return new ConsumerMember(said, changed);
    }

    /// Somebody else in this one's place.
    ConsumerMember renamed(String memberId) {
        return new ConsumerMember(new Subscription(memberId, said.instanceId, said.rackId,
            said.clientId, said.clientHost, said.rebalanceTimeoutMs, said.topics, said.pattern,
            said.assignor, said.classic), current);
    }
}

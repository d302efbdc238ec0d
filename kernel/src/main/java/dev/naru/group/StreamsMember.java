package dev.naru.group;

import dev.naru.wire.message.StreamsGroupMemberMetadataValue.Endpoint;
import dev.naru.wire.message.StreamsGroupMemberMetadataValue.KeyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One member of a streams group (a thread of the application), as the log knows it: what it said of
/// itself, and where it stands. A value.
record StreamsMember(Said said, Current current) {
    /// What a member says of itself. Members of one process share its state directory.
    record Said(String memberId, @Nullable String instanceId, @Nullable String rackId,
        String clientId, String clientHost, int rebalanceTimeoutMs, int topologyEpoch,
        String processId, @Nullable Endpoint endpoint, List<KeyValue> tags) {}

    /// Where a member stands: `assigned` is its own; `pending` it has been told to give up.
    record Current(int epoch, int previousEpoch, State state, Tasks assigned, Tasks pending) {
        static final Current NEW = new Current(0, 0, State.STABLE, Tasks.NONE, Tasks.NONE);

        boolean isReconciledTo(int targetEpoch) {
            return state == State.STABLE && epoch == targetEpoch;
        }

        Current away() {
            return new Current(ConsumerMember.AWAY_EPOCH, epoch, state, assigned, Tasks.NONE);
        }
    }

    /// On the way from one assignment to the next.
    enum State {
        STABLE(1), UNREVOKED_TASKS(2), UNRELEASED_TASKS(3), UNKNOWN(127);

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
        return current.epoch() == ConsumerMember.AWAY_EPOCH;
    }

    StreamsMember with(Current changed) {
        return new StreamsMember(said, changed);
    }

    /// Somebody else in this one's place.
    StreamsMember renamed(String memberId) {
        return new StreamsMember(new Said(memberId, said.instanceId, said.rackId, said.clientId,
            said.clientHost, said.rebalanceTimeoutMs, said.topologyEpoch, said.processId,
            said.endpoint, said.tags), current);
    }
}

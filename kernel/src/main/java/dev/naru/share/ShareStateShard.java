package dev.naru.share;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.shard.Origin;
import dev.naru.shard.ReplyTo;
import dev.naru.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The stored state of the share partitions whose keys belong to one partition of
/// `__share_group_state`. A change is stored as an update; after a number of them the whole state
/// is stored, so that reading it back stays short. Writers of an earlier leader or state epoch are
/// fenced. Owned by the partition's loop. Keeps I10.
public final class ShareStateShard implements Shard<ShareStateRequest, ShareStateFact> {
    private final int updatesPerSnapshot;
    private final Map<ShareKey, ShareState> states = new TreeMap<>();

    /// After `updatesPerSnapshot` changes of a share partition its whole state is stored.
    public ShareStateShard(int updatesPerSnapshot) {
        this.updatesPerSnapshot = updatesPerSnapshot;
    }

    @Override public Decision<ShareStateFact> decide(ShareStateRequest request, Now now) {
        return switch (request) {
            case ShareStateRequest.Initialize q -> initialize(q, now);
            case ShareStateRequest.Read q -> read(q, now);
            case ShareStateRequest.Write q -> write(q);
            case ShareStateRequest.Delete q -> delete(q);
            case ShareStateRequest.Summary q -> Decision.reply(q.from(), summary(q));
            case ShareStateRequest.StoreAll q -> storeAll(q);
            case ShareStateRequest.DropGone q -> dropGone(q);
        };
    }

    private Decision<ShareStateFact> initialize(ShareStateRequest.Initialize q, Now now) {
        var known = states.get(q.key());
        if (!q.isThere().test(q.key().topicId())) {
            return Decision.reply(q.from(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        if (known != null && q.stateEpoch() < known.stateEpoch()) {
            return Decision.reply(q.from(), ErrorCode.FENCED_STATE_EPOCH);
        }
        if (known == null && states.size() >= Limits.SHARE_STATES_PER_SHARD_MAX) {
            return Decision.reply(q.from(), ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
        boolean isSaid = known != null && known.stateEpoch() == q.stateEpoch()
            && (q.startOffset() == ShareState.UNSET || q.startOffset() == known.startOffset());
        if (isSaid) return Decision.reply(q.from(), ErrorCode.NONE);
        int snapshotEpoch = known == null ? 0 : known.snapshotEpoch() + 1;
        int leaderEpoch = known == null ? 0 : known.leaderEpoch();
        int finalCount = q.startOffset() == ShareState.UNSET ? -1 : 0;
        var fresh = new ShareState(snapshotEpoch, q.stateEpoch(), leaderEpoch, q.startOffset(),
            finalCount, now.wallMs(), List.of(), 0);
        return told(new ShareStateFact.Snapshot(q.key(), fresh), q.from(), ErrorCode.NONE);
    }

    private static <A> Decision<ShareStateFact> told(ShareStateFact fact, ReplyTo<A> to, A answer) {
        return Decision.of(List.of(fact), List.of(new Effect.Reply<>(to, answer)));
    }

    private Decision<ShareStateFact> read(ShareStateRequest.Read q, Now now) {
        var state = states.get(q.key());
        if (state == null) return Decision.reply(q.from(), found(unknown(now)));
        if (q.leaderEpoch() >= 0 && q.leaderEpoch() < state.leaderEpoch()) {
            return Decision.reply(q.from(),
                ShareStateRequest.Found.refused(ErrorCode.FENCED_LEADER_EPOCH));
        }
        var answer = found(state);
        if (q.leaderEpoch() <= state.leaderEpoch()) return Decision.reply(q.from(), answer);
        var update = new ShareStateFact.Update(q.key(), state.snapshotEpoch(), q.leaderEpoch(),
            ShareState.UNSET, state.finalCount(), List.of());
        return told(next(state, update), q.from(), answer);
    }

    private static ShareState unknown(Now now) {
        return new ShareState(0, 0, 0, ShareState.UNSET, -1, now.wallMs(), List.of(), 0);
    }

    private static ShareStateRequest.Found found(ShareState state) {
        return new ShareStateRequest.Found(ErrorCode.NONE, state.stateEpoch(), state.leaderEpoch(),
            state.startOffset(), state.finalCount(), state.batches());
    }

    private Decision<ShareStateFact> write(ShareStateRequest.Write q) {
        var state = states.get(q.key());
        if (state == null) {
            return Decision.reply(q.from(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        if (q.leaderEpoch() >= 0 && q.leaderEpoch() < state.leaderEpoch()) {
            return Decision.reply(q.from(), ErrorCode.FENCED_LEADER_EPOCH);
        }
        if (q.stateEpoch() < state.stateEpoch()) {
            return Decision.reply(q.from(), ErrorCode.FENCED_STATE_EPOCH);
        }
        var change = q.change();
        if (isOvertaken(state, change)) {
            return Decision.reply(q.from(), ErrorCode.FENCED_STATE_EPOCH);
        }
        var update = new ShareStateFact.Update(q.key(), state.snapshotEpoch(), q.leaderEpoch(),
            change.startOffset(), change.finalCount(), change.batches());
        return told(next(state, update), q.from(), ErrorCode.NONE);
    }

    /// Share partitions only go forward. A change that would undo what is done was lost on its way,
    /// sent again, and comes behind what its leader stored later. No leader waits for the answer;
    /// one that does has not seen what is stored, and reads it anew.
    private static boolean isOvertaken(ShareState state, Change change) {
        boolean isBehind = change.startOffset() != ShareState.UNSET
            && change.startOffset() < state.startOffset();
        return isBehind || StateBatches.undoes(state.batches(), change.batches());
    }

    /// The update, or the snapshot that it makes due.
    private ShareStateFact next(ShareState state, ShareStateFact.Update update) {
        if (state.updates() + 1 < Math.max(1, updatesPerSnapshot)) return update;
        return new ShareStateFact.Snapshot(update.key(), laidOver(state, update).asSnapshot());
    }

    private static ShareState laidOver(ShareState state, ShareStateFact.Update update) {
        return state.with(update.leaderEpoch(), update.startOffset(), update.finalCount(),
            update.batches());
    }

    private Decision<ShareStateFact> delete(ShareStateRequest.Delete q) {
        if (!states.containsKey(q.key())) return Decision.reply(q.from(), ErrorCode.NONE);
        return told(new ShareStateFact.Removed(q.key()), q.from(), ErrorCode.NONE);
    }

    private ShareStateRequest.Found summary(ShareStateRequest.Summary q) {
        var state = states.get(q.key());
        if (state == null) {
            return new ShareStateRequest.Found(ErrorCode.NONE, 0, 0, ShareState.UNSET, -1,
                List.of());
        }
        return new ShareStateRequest.Found(ErrorCode.NONE, state.stateEpoch(), state.leaderEpoch(),
            state.startOffset(), state.finalCount(), List.of());
    }

    private Decision<ShareStateFact> storeAll(ShareStateRequest.StoreAll q) {
        var facts = new ArrayList<ShareStateFact>(states.size());
        states.forEach(
            (key, state) -> facts.add(new ShareStateFact.Snapshot(key, state.asSnapshot())));
        return Decision.of(facts, List.of(new Effect.Reply<>(q.from(), states.size())));
    }

    private Decision<ShareStateFact> dropGone(ShareStateRequest.DropGone q) {
        var facts = new ArrayList<ShareStateFact>();
        for (var key : states.keySet()) {
            if (!q.isThere().test(key.topicId())) facts.add(new ShareStateFact.Removed(key));
        }
        return Decision.of(facts, List.of(new Effect.Reply<>(q.from(), facts.size())));
    }

    @Override public void apply(ShareStateFact fact, Origin origin) {
        switch (fact) {
            case ShareStateFact.Snapshot(ShareKey key, ShareState state) ->
                states.put(key, state);
            case ShareStateFact.Update update -> {
                var state = states.get(update.key());
                // one that belongs to an earlier snapshot says nothing new
                if (state != null && update.snapshotEpoch() >= state.snapshotEpoch()) {
                    states.put(update.key(), laidOver(state, update));
                }
            }
            case ShareStateFact.Removed(ShareKey key) -> states.remove(key);
        }
    }

    @Override public void applyMarker(long producerId, short producerEpoch, boolean isCommitted) {}

    @Override public Decision<ShareStateFact> onLoaded(Now now) {
        return Decision.none();
    }

    @Override public Decision<ShareStateFact> onTimer(Object timer, Now now) {
        return Decision.none();
    }

    @Override public List<ReplyTo<?>> waiting() {
        return List.of();
    }

    /// All that the log knows, for comparisons in tests.
    Map<ShareKey, ShareState> picture() {
        return new TreeMap<>(states);
    }
}

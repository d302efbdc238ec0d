package dev.naru.group;

import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.shard.ReplyTo;
import java.util.ArrayList;
import java.util.List;

/// A decision about one group in the making. Each step is a fact that is applied to a copy of the
/// group at once, so that the next step sees the state it leads to; the group itself is untouched
/// until the shard applies the same facts.
final class Draft {
    private final Group group;
    private final Now now;
    private final List<GroupFact> facts = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();

    private Draft(Group copy, Now now) {
        this.group = copy;
        this.now = now;
    }

    static Draft of(Group group, Now now) {
        return new Draft(group.copy(), now);
    }

    /// The copy; to be read only.
    Group group() {
        return group;
    }

    String id() {
        return group.id();
    }

    Now now() {
        return now;
    }

    void turn(GroupFact.Live fact) {
        group.apply(fact);
        facts.add(fact);
    }

    void put(Member member) {
        turn(new GroupFact.MemberPut(id(), member));
    }

    void enter(GroupState state) {
        turn(new GroupFact.StateEntered(id(), state, now.wallMs()));
    }

    /// Has the log remember the group as it is now.
    void store() {
        var stored = group.toStored();
        group.store(stored);
        facts.add(new GroupFact.GroupStored(id(), stored));
    }

    <A> void reply(ReplyTo<A> to, A answer) {
        effects.add(new Effect.Reply<>(to, answer));
    }

    void start(GroupTimer timer, long delayMs) {
        effects.add(new Effect.StartTimer(timer, delayMs * Now.NS_PER_MS));
    }

    void startSession(Member member) {
        start(new GroupTimer.Session(id(), member.memberId()), member.terms().sessionTimeoutMs());
    }

    void stop(GroupTimer timer) {
        effects.add(new Effect.StopTimer(timer));
    }

    Decision<GroupFact> decision() {
        return Decision.of(facts, effects);
    }
}

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
final class ClassicDraft {
    private final ClassicGroup group;
    private final Now now;
    private final List<GroupFact> facts = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();

    private ClassicDraft(ClassicGroup copy, Now now) {
        this.group = copy;
        this.now = now;
    }

    static ClassicDraft of(ClassicGroup group, Now now) {
        return new ClassicDraft(group.copy(), now);
    }

    /// The copy; to be read only.
    ClassicGroup group() {
        return group;
    }

    String id() {
        return group.id();
    }

    Now now() {
        return now;
    }

    void turn(ClassicFact fact) {
        group.apply(fact);
        facts.add(fact);
    }

    void put(ClassicMember member) {
        turn(new ClassicFact.MemberPut(id(), member));
    }

    void enter(ClassicState state) {
        turn(new ClassicFact.StateEntered(id(), state, now.wallMs()));
    }

    /// Has the log remember the group as it is now.
    void store() {
        turn(new ClassicFact.GroupStored(id(), group.toStored()));
    }

    <A> void reply(ReplyTo<A> to, A answer) {
        effects.add(new Effect.Reply<>(to, answer));
    }

    void start(GroupTimer timer, long delayMs) {
        effects.add(new Effect.StartTimer(timer, delayMs * Now.NS_PER_MS));
    }

    void startSession(ClassicMember member) {
        start(new GroupTimer.Session(id(), member.memberId()), member.terms().sessionTimeoutMs());
    }

    void stop(GroupTimer timer) {
        effects.add(new Effect.StopTimer(timer));
    }

    Decision<GroupFact> decision() {
        return Decision.of(facts, effects);
    }
}

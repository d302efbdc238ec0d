package dev.naru.registry.state;

import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.shard.Origin;
import dev.naru.shard.ReplyTo;
import dev.naru.shard.Shard;
import java.util.List;

/// The registry as a state machine over the one partition of `_schemas`. Decisions are short: whatever
/// takes time with a schema was done before. Owned by the partition's loop. Keeps I10.
public final class RegistryShard implements Shard<RegistryRequest, RegistryFact> {
    private final RegistryState state = new RegistryState();
    private final RegistrationDecider registrations = new RegistrationDecider(state);
    private final DeletionDecider deletions = new DeletionDecider(state);
    private final SettingsDecider settings = new SettingsDecider(state);

    @Override public Decision<RegistryFact> decide(RegistryRequest request, Now now) {
        return switch (request) {
            case RegistryRequest.Look<?> q -> look(q);
            case RegistryRequest.Register q -> decision(registrations.register(q), q.from());
            case RegistryRequest.DeleteVersion q -> decision(deletions.version(q), q.from());
            case RegistryRequest.DeleteSubject q -> decision(deletions.subject(q), q.from());
            case RegistryRequest.SetConfig q -> decision(settings.set(q), q.from());
            case RegistryRequest.DeleteConfig q -> decision(settings.delete(q), q.from());
            case RegistryRequest.SetMode q -> decision(settings.set(q), q.from());
            case RegistryRequest.DeleteMode q -> decision(settings.delete(q), q.from());
        };
    }

    private <A> Decision<RegistryFact> look(RegistryRequest.Look<A> q) {
        return Decision.reply(q.from(), q.query().apply(state));
    }

    private static <A> Decision<RegistryFact> decision(Decided<A> decided,
        ReplyTo<Outcome<A>> from) {
        return Decision.of(decided.facts(), List.of(new Effect.Reply<>(from, decided.outcome())));
    }

    /// What a decider made of a request.
    record Decided<A>(List<RegistryFact> facts, Outcome<A> outcome) {
        static <A> Decided<A> done(List<RegistryFact> facts, A answer) {
            return new Decided<>(facts, new Outcome.Done<>(answer));
        }

        static <A> Decided<A> refused(RegistryError why) {
            return new Decided<>(List.of(), new Outcome.Refused<>(why));
        }
    }

    @Override public void apply(RegistryFact fact, Origin origin) {
        state.apply(fact);
    }

    @Override public void applyMarker(long producerId, short producerEpoch, boolean isCommitted) {}

    @Override public Decision<RegistryFact> onLoaded(Now now) {
        return Decision.none();
    }

    @Override public Decision<RegistryFact> onTimer(Object timer, Now now) {
        return Decision.none();
    }

    @Override public List<ReplyTo<?>> waiting() {
        return List.of();
    }

    /// All that the log knows, for comparisons in tests.
    String picture() {
        return state.picture();
    }
}

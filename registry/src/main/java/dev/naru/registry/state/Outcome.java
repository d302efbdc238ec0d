package dev.naru.registry.state;

/// What became of a request.
public sealed interface Outcome<A> {
    /// It is done, and this is the answer.
    record Done<A>(A answer) implements Outcome<A> {}

    record Refused<A>(RegistryError why) implements Outcome<A> {}

    /// What the request was based on has changed since: look again.
    record Stale<A>() implements Outcome<A> {}
}

package dev.naru.config;

import java.util.List;

/// The words in which the tables of settings say what is allowed.
final class Allow {
    private Allow() {}

    static final Allowed ANY = new Allowed.Anything();
    /// Anything but an empty text or list.
    static final Allowed FILLED = new Allowed.NotEmpty(ANY);
    static final Allowed REPLICAS = new Allowed.Form(Allowed.Form.Kind.REPLICAS);
    static final Allowed NODES = new Allowed.Form(Allowed.Form.Kind.NODES);
    static final Allowed STARTING_POINT = new Allowed.Form(Allowed.Form.Kind.STARTING_POINT);
    static final Allowed CLIENT_MATCH = new Allowed.Form(Allowed.Form.Kind.CLIENT_MATCH);

    static Allowed atLeast(long low) {
        return new Allowed.Between(low, Long.MAX_VALUE);
    }

    static Allowed between(long low, long high) {
        return new Allowed.Between(low, high);
    }

    static Allowed share(double low, double high) {
        return new Allowed.Share(low, high);
    }

    static Allowed oneOf(String... choices) {
        return new Allowed.OneOf(List.of(choices), false);
    }

    static Allowed oneOfAnyCase(String... choices) {
        return new Allowed.OneOf(List.of(choices), true);
    }

    static Allowed filled(Allowed within) {
        return new Allowed.NotEmpty(within);
    }
}

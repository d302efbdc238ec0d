package dev.naru.record;

/// What is wrong with the bytes of a batch, on its way to the door of this room, where it becomes
/// an answer. Carries no stack: it is a message, not an accident.
final class Flaw extends Exception {
    private final Kind kind;

    Flaw(Kind kind, String reason) {
        super(reason, null, false, false);
        this.kind = kind;
    }

    /// The bytes are not records.
    static Flaw structure(String reason) {
        return new Flaw(Kind.STRUCTURE, reason);
    }

    Kind kind() {
        return kind;
    }

    String reason() {
        var message = getMessage();
        return message == null ? "" : message;
    }

    enum Kind {
        /// The bytes are not what they should be.
        STRUCTURE,
        /// They may be, but there are too many of them.
        TOO_LARGE
    }
}

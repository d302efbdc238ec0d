package dev.naru.wire;

/// The bytes are not a message. Carries no stack trace: whoever sends nonsense shall not make us
/// work.
public final class Malformed extends Exception {
    public Malformed(String reason) {
        super(reason, null, false, false);
    }
}

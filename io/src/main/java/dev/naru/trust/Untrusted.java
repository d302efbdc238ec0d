package dev.naru.trust;

/// Keys or certificates that cannot be used; the message is one sentence for an operator.
public final class Untrusted extends Exception {
    public Untrusted(String why) {
        super(why);
    }

    Untrusted(String why, Throwable cause) {
        super(why + ": " + (cause.getMessage() == null
            ? cause.getClass().getSimpleName()
            : cause.getMessage()), cause);
    }
}

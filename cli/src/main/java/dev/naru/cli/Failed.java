package dev.naru.cli;

/// Why a command cannot go on, in one line for a person: what, why, and what to do about it.
final class Failed extends RuntimeException {
    static final int FAILED = 1;
    static final int USAGE = 2;
    private final int exitCode;

    private Failed(int exitCode, String line) {
        super(line, null, false, false);
        this.exitCode = exitCode;
    }

    /// The work was asked for correctly and could not be done.
    static Failed because(String line) {
        return new Failed(FAILED, line);
    }

    /// The command line itself is wrong.
    static Failed usage(String line) {
        return new Failed(USAGE, line);
    }

    int exitCode() {
        return exitCode;
    }

    String line() {
        return String.valueOf(getMessage());
    }
}

package dev.naru.server;

/// How the process ends, for scripts and supervisors.
enum ExitCode {
    /// Stopped when asked to.
    STOPPED(0),
    /// Could not start, or could not go on: the machine refused something.
    FAILED(1),
    /// The command line or the settings are wrong.
    USAGE(2),
    /// No memory left.
    MEMORY(3),
    /// A law of the project does not hold: a bug of ours.
    BROKEN(70);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}

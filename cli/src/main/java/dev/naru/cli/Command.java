package dev.naru.cli;

/// One thing the command line can do.
interface Command {
    /// Which flags it takes; built only when this command was named.
    Flags flags();

    /// Does it. Returns the exit code: 0 done, 1 failed in part (each part already complained of).
    int run(Given given, Terminal terminal);

    /// What stands before the one line that says why it failed.
    default String errorPrefix(String name) {
        return name + ": ";
    }
}

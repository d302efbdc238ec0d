package dev.naru.base;

/// Where the rooms say what happened. Each room has a sealed set of events; the server makes log lines and
/// counters of them, the simulator prints and hashes them.
public interface Trace {
    /// Says nothing, for tests and tools.
    Trace NONE = event -> {
    };

    void emit(Event event);

    /// Something that happened, as data. Its `toString` is one line a person can read.
    interface Event {
        default Level level() {
            return Level.INFO;
        }
    }

    /// How much it matters: DEBUG is for a reader with a question, INFO for the history of the node, WARN
    /// for what an operator should look at in the morning, ERROR for now.
    enum Level {
        DEBUG, INFO, WARN, ERROR
    }
}

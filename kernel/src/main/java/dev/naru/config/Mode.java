package dev.naru.config;

/// Whether a setting can be changed while the broker runs.
public enum Mode {
    /// Only by the configuration the process starts with.
    FIXED("no"),
    /// For one broker by its number.
    BROKER("per broker"),
    /// For one broker, or for all of the cluster at once.
    CLUSTER("per broker or cluster"),
    /// Always: a setting of a topic, a group or a subscription.
    OPEN("yes");

    private final String words;

    Mode(String words) {
        this.words = words;
    }

    /// The answer to "can it be changed at run time?".
    public String words() {
        return words;
    }
}

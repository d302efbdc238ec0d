package dev.naru.group;

/// Which protocol the members of a group speak. A group has one kind at a time.
public enum GroupKind {
    /// Members join and sync; their leader assigns.
    CLASSIC("classic"),
    /// Members heartbeat; the coordinator assigns (KIP-848).
    CONSUMER("consumer"),
    /// The threads of a streams application heartbeat; the coordinator assigns tasks (KIP-1071).
    STREAMS("streams"),
    /// Members share the records of their partitions, one by one (KIP-932).
    SHARE("share");

    private final String text;

    GroupKind(String text) {
        this.text = text;
    }

    /// As clients spell it.
    public String text() {
        return text;
    }
}

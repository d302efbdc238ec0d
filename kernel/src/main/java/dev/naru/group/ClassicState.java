package dev.naru.group;

/// Where a classic group stands.
public enum ClassicState {
    /// No members. It may still hold offsets.
    EMPTY("Empty"),
    /// Waiting for its members to (re)join.
    PREPARING_REBALANCE("PreparingRebalance"),
    /// All have joined; waiting for the leader's assignment.
    COMPLETING_REBALANCE("CompletingRebalance"),
    /// Every member has, or can fetch, its assignment.
    STABLE("Stable"),
    /// There is no such group.
    DEAD("Dead");

    private final String text;

    ClassicState(String text) {
        this.text = text;
    }

    /// As clients spell it.
    public String text() {
        return text;
    }

    boolean mayBecome(ClassicState next) {
        return switch (this) {
            case EMPTY -> next == PREPARING_REBALANCE || next == STABLE;
            case PREPARING_REBALANCE -> next == COMPLETING_REBALANCE || next == EMPTY;
            case COMPLETING_REBALANCE -> next == STABLE || next == PREPARING_REBALANCE;
            case STABLE -> next == PREPARING_REBALANCE;
            case DEAD -> false;
        };
    }
}

package dev.naru.sim;

/// What may go wrong.
public enum FaultKind {
    /// The process is killed: written bytes stay.
    KILL,
    /// The machine loses power between two operations of its disk.
    POWER_CUT,
    /// The machine loses power within a write.
    POWER_CUT_IN_WRITE,
    /// Somebody stops and starts the node, as one should.
    CLEAN_RESTART,
    /// The process stands still.
    PAUSE,
    /// A connection is reset; a prefix of what was under way arrives.
    CUT,
    /// A connection carries nothing any more, one way or both, and nobody is told.
    DARK,
    /// One direction of a connection is late, by seconds.
    STALL,
    /// Connections are refused, or never answered.
    REFUSE,
    /// Flushes take long.
    SLOW_DISK,
    /// No room for a while.
    DISK_FULL,
    /// A flush fails; the machine is started anew.
    FAILED_FLUSH,
    /// A write fails.
    FAILED_WRITE,
    /// Wall time jumps.
    WALL_JUMP,
    /// Wall time runs too fast or too slowly.
    DRIFT
}

package dev.naru.group;

/// How soon a member is to beat again. What a member has to give up, and what it may take, it hears only
/// in answers to its heartbeats: while a group settles they come sooner than configured, so that a
/// hand-over takes parts of a second and not two or three of the usual pauses.
final class BeatPace {
    private static final int SOON_MS = 250;

    private BeatPace() {}

    /// `sinceTargetMs` is how long ago the parts were last dealt out: for one usual pause after that
    /// there may be members that have not heard of it. A group of any size beats at most a thousand
    /// times a second for this.
    static int intervalMs(int usualMs, int memberCount, boolean isSettled, long sinceTargetMs) {
        boolean haveAllHeard = sinceTargetMs < 0 || sinceTargetMs >= usualMs;
        if (isSettled && haveAllHeard) return usualMs;
        return Math.min(usualMs, Math.max(SOON_MS, memberCount));
    }
}

package dev.naru.measure;

/// How long requests of one kind took on the connections of one loop, as a whole and in parts that follow
/// one another. Owned by the loop.
public final class RequestTimes {
    private final Histogram total = new Histogram();
    private final Histogram queued = new Histogram();
    private final Histogram local = new Histogram();
    private final Histogram remote = new Histogram();
    private final Histogram held = new Histogram();

    /// When a request came to each point of its way, in nanoseconds of monotonic time.
    ///
    /// @param arrivedNs all of it was there
    /// @param startedNs its turn on the connection had come
    /// @param handledNs its handler had done what it could do at once
    /// @param answeredNs the answer was known
    /// @param sentNs the answer was handed to the network, in its turn
    public void add(long arrivedNs, long startedNs, long handledNs, long answeredNs, long sentNs) {
        long leftNs = Math.min(handledNs, answeredNs);
        total.add(sentNs - arrivedNs);
        queued.add(startedNs - arrivedNs);
        local.add(leftNs - startedNs);
        remote.add(answeredNs - leftNs);
        held.add(sentNs - answeredNs);
    }

    /// What was added up to now.
    public Reading reading() {
        return new Reading(total.reading(), queued.reading(), local.reading(), remote.reading(),
            held.reading());
    }

    /// How long requests took, part by part.
    ///
    /// @param total from all of the request being there until the answer was handed to the network
    /// @param queued until its turn came: earlier requests of the connection go first
    /// @param local until its handler had done what it could do at once, on the connection's loop
    /// @param remote until the answer was known: other loops, flushes, followers, or more data
    /// @param held until answers to earlier requests of the connection had left
    public record Reading(DurationReading total, DurationReading queued, DurationReading local,
        DurationReading remote, DurationReading held) {
        public Reading plus(Reading other) {
            return new Reading(total.plus(other.total), queued.plus(other.queued),
                local.plus(other.local), remote.plus(other.remote), held.plus(other.held));
        }
    }
}

package dev.naru.measure;

/// What clients wrote to and read from one topic, as far as one loop had to do with it. Owned by the loop.
public final class TopicTraffic {
    private long messagesIn;
    private long bytesIn;
    private long bytesOut;
    private long bytesRefused;
    private long replicationBytesOut;
    private long produces;
    private long producesFailed;
    private long fetches;
    private long fetchesFailed;

    /// A batch is in the log.
    public void wrote(long messages, long bytes) {
        produces++;
        messagesIn += messages;
        bytesIn += bytes;
    }

    /// A batch was refused.
    public void refused(long bytes) {
        produces++;
        producesFailed++;
        bytesRefused += bytes;
    }

    /// A batch that is in the log was not acknowledged by all in time.
    public void unacknowledged() {
        producesFailed++;
    }

    /// A fetch of a client was answered for one partition.
    public void read(long bytes, boolean isFailed) {
        fetches++;
        if (isFailed) fetchesFailed++;
        bytesOut += bytes;
    }

    /// A fetch of a replica was answered for one partition.
    public void replicated(long bytes) {
        replicationBytesOut += bytes;
    }

    /// What was counted up to now.
    public Reading reading() {
        return new Reading(messagesIn, bytesIn, bytesOut, bytesRefused, replicationBytesOut,
            produces, producesFailed, fetches, fetchesFailed);
    }

    /// What was counted up to now.
    ///
    /// @param produces batches offered, one for each partition of a request; `producesFailed` of them
    ///        were refused or not acknowledged
    /// @param fetches partitions answered for to clients; `fetchesFailed` of them with an error
    public record Reading(long messagesIn, long bytesIn, long bytesOut, long bytesRefused,
        long replicationBytesOut, long produces, long producesFailed, long fetches,
        long fetchesFailed) {
        /// Nothing happened.
        public static final Reading NONE = new Reading(0, 0, 0, 0, 0, 0, 0, 0, 0);

        public Reading plus(Reading other) {
            return new Reading(messagesIn + other.messagesIn, bytesIn + other.bytesIn,
                bytesOut + other.bytesOut, bytesRefused + other.bytesRefused,
                replicationBytesOut + other.replicationBytesOut, produces + other.produces,
                producesFailed + other.producesFailed, fetches + other.fetches,
                fetchesFailed + other.fetchesFailed);
        }
    }
}

package dev.naru.broker;

import dev.naru.partition.Partition;
import dev.naru.share.DeadLetter;
import dev.naru.share.ShareKey;

/// Where records go that a share group has given up.
interface DeadLetters {
    /// Brings them there; `done` runs on the partition's loop once they are, or cannot be.
    void bury(ShareKey key, Partition from, DeadLetter letter, Runnable done);
}

package dev.naru.share;

import dev.naru.base.Now;
import dev.naru.config.GroupSettings;

/// On which terms a group lends records: its settings, in the shape that a share partition reads.
///
/// @param lockNs how long a member may keep a record
/// @param deliveryCountMax how often a record is lent before it is given up
/// @param locksMax records of one partition that may be lent at one time
/// @param isRenewable whether members may prolong a lock
/// @param isReadCommitted whether records of undecided and aborted transactions are left out
/// @param keepsKeyOrder whether all records of one key are lent to one member at a time
/// @param hasDeadLetters whether records that are given up go to a topic first
public record ShareTerms(long lockNs, int deliveryCountMax, int locksMax, boolean isRenewable,
    boolean isReadCommitted, boolean keepsKeyOrder, boolean hasDeadLetters, Backoff backoff) {

    /// The terms that a group's settings come to, in a cluster that may have dead letters or not.
    public static ShareTerms of(GroupSettings group, boolean mayHaveDeadLetters) {
        var backoff = new Backoff(group.number("naru.share.backoff.initial.ms"),
            group.fraction("naru.share.backoff.multiplier"),
            group.number("naru.share.backoff.max.ms"));
        return new ShareTerms(group.number("share.record.lock.duration.ms") * Now.NS_PER_MS,
            group.integer("share.delivery.count.limit"),
            group.integer("share.partition.max.record.locks"),
            group.flag("share.renew.acknowledge.enable"),
            group.text("share.isolation.level").equalsIgnoreCase("read_committed"),
            group.flag("naru.share.key.order"),
            mayHaveDeadLetters && !group.text("errors.deadletterqueue.topic.name").isEmpty(),
            backoff);
    }

    /// From this many deliveries on, a record may be what breaks its readers: it is lent with ever
    /// fewer others, and alone in the end.
    int suspectCount() {
        return Math.max(2, (deliveryCountMax + 1) / 2);
    }
}

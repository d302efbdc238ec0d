package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.shard.Ask;
import dev.naru.shard.ShardHost;
import java.util.List;

/// Where this node coordinates what is asked in `Q`: groups, transactions. May be asked on any
/// loop.
public interface Coordinators<Q extends Ask> {
    /// The shard that a group or a transactional id belongs to.
    Lookup<Q> find(String key);

    /// Every shard that this node hosts.
    List<Host<Q>> all();

    /// What was found.
    sealed interface Lookup<Q extends Ask> {}

    /// Here, on this loop.
    record Host<Q extends Ask>(Loop loop, ShardHost<Q, ?> shard) implements Lookup<Q> {}

    /// Not here; the reason is what the client is told.
    record NotHere<Q extends Ask>(ErrorCode why) implements Lookup<Q> {}
}

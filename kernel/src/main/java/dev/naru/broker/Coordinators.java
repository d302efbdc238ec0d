package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.group.GroupFact;
import dev.naru.group.GroupRequest;
import dev.naru.shard.ShardHost;
import java.util.List;

/// Where this node coordinates groups. May be asked on any loop.
public interface Coordinators {
    /// The shard that a group belongs to.
    Lookup find(String groupId);

    /// Every shard that this node hosts.
    List<Host> all();

    /// What was found.
    sealed interface Lookup {}

    /// Here, on this loop.
    record Host(Loop loop, ShardHost<GroupRequest, GroupFact> shard) implements Lookup {}

    /// Not here; the reason is what the client is told.
    record NotHere(ErrorCode why) implements Lookup {}
}

/// Consumer groups and their committed offsets, as a shard over one partition of
/// `__consumer_offsets` in Kafka's own record formats. Doors: GroupShard, GroupRequest, GroupFact,
/// GroupCodec, GroupRules. Laws: I10, I13.
@NullMarked
package dev.naru.group;

import org.jspecify.annotations.NullMarked;

/// Consumer groups and their committed offsets as a shard over `__consumer_offsets`. Doors: GroupShard and
/// its requests. Laws: I10, I11, I13.
@NullMarked
package dev.naru.group;

import org.jspecify.annotations.NullMarked;

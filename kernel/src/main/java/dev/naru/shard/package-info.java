/// The decide/apply engine: a state machine over a log (DESIGN P1-P3). Doors: Shard, Fact,
/// FactCodec, Decision, Effect, Ask, ReplyTo, ShardHost, ShardLog. Laws: I10, I11.
@NullMarked
package dev.naru.shard;

import org.jspecify.annotations.NullMarked;

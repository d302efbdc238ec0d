/// Groups and their committed offsets, as a shard over one partition of `__consumer_offsets` in
/// Kafka's own record formats. Doors: GroupShard, GroupPorts, TopicsView, GroupRequest, GroupFact,
/// GroupCodec, GroupRules. Laws: I10, I13.
///
/// A group id has one kind at a time, and each kind has its own files: a state (`ClassicGroup`),
/// deciders, facts (`ClassicFact`), a codec, a reader. `GroupShard` only dispatches. What is the
/// same for all kinds (listing, deleting, offsets and their expiry) sees a `Group` and nothing else.
///
/// A further kind, say Xyz, is added so:
///
/// 1. a word in `GroupKind`, and its empty state in `GroupShard.fresh`;
/// 2. `XyzFact implements GroupFact.OfGroup`, with `isRemoval` true for tombstones: they are passed
///    over when the id belongs to another kind by now; its records in `XyzCodec`, by `GroupCodec`;
/// 3. `XyzGroup implements Group`, changed by `apply` alone;
/// 4. its requests in `GroupRequest` under an interface of their own, its timers in `GroupTimer`
///    likewise, its deciders called from `GroupShard`; `GroupShard.revive` restarts its timers;
/// 5. a request that finds its id taken by an empty group of another kind starts with
///    `GroupShard.anew`, which removes what was and then follows `GroupFact.KindChosen`.
///
/// Deciders see topics through `GroupPorts.topics`, anew with every request: a group remembers the
/// `TopicsView.version` it last looked at. Settings of one group come from `GroupPorts.settings`.
@NullMarked
package dev.naru.group;

import org.jspecify.annotations.NullMarked;

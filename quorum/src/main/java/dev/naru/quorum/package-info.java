/// The cluster's metadata log on Apache Ratis, for nodes that are one of several. Doors:
/// [RatisMetadataLogs] gives a node its log; [QuorumSettings] and [Voter] say who agrees with whom.
/// Laws: what Ratis says is told on the log's loop, in order; a vote, a term or a stored batch is on
/// disk, its directory entry too, before anybody hears of it.
@NullMarked
package dev.naru.quorum;

import org.jspecify.annotations.NullMarked;

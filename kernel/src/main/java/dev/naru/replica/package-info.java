/// The follower's side of replication: one pipeline of fetches for each pair of a loop and a node
/// that leads, and the wishes of leaders for another ISR on their way to the controller. Doors:
/// [Replication], [IsrWishes], [CopyBudget]. Laws: what is fetched is told to the leader only when
/// it counts here (P11); a log is cut only as far as the leader's epochs say (KIP-101).
@NullMarked
package dev.naru.replica;

import org.jspecify.annotations.NullMarked;

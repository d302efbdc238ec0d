/// The protocol from the other side: a connection, a producer, a consumer, a member of a group.
/// Small, on the same ports as the broker, so that the simulator and the annexes share one client
/// with the habits of the usual ones. Doors: [dev.naru.client.ClientTools],
/// [dev.naru.client.ClientConnection], [dev.naru.client.NodeLink], [dev.naru.client.ClusterView],
/// [dev.naru.client.Producer], [dev.naru.client.Consumer], [dev.naru.client.GroupMember]. Law: I12
/// is checked on every connection.
@NullMarked
package dev.naru.client;

import org.jspecify.annotations.NullMarked;

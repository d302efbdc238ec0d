/// The protocol from the other side, on the same ports: a connection that sends requests and hears
/// answers. Doors: ClientConnection. Used by the simulator and by annexes.
@NullMarked
package dev.naru.client;

import org.jspecify.annotations.NullMarked;

/// The simulator: one node, one thread, one seed. Clients with the habits of real ones talk to the
/// very kernel that a server runs, over a network, disk and clock that fail as the seed has it;
/// what they saw is checked against the rules of [dev.naru.sim.history]. Doors:
/// [dev.naru.sim.Simulator], [dev.naru.sim.Simulation], the simulated ports. Depends on the kernel
/// only.
@NullMarked
package dev.naru.sim;

import org.jspecify.annotations.NullMarked;

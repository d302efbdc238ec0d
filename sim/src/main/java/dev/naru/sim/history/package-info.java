/// What clients did and saw, and the rules that no history may break. Doors:
/// [dev.naru.sim.history.History] and [dev.naru.sim.history.Checks]. The checkers know nothing of
/// the node: they see what its clients see.
@NullMarked
package dev.naru.sim.history;

import org.jspecify.annotations.NullMarked;

/// The simulator: one node, one thread, one seed. Depends on the kernel only.
@NullMarked
package dev.naru.sim;

import org.jspecify.annotations.NullMarked;

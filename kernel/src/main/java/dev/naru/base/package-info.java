/// What every room stands on: the ports to the outside (clock, loop, chance, disk, net, trace) and the
/// few values that all rooms share. Doors: all public types. Laws: nothing here decides anything.
@NullMarked
package dev.naru.base;

import org.jspecify.annotations.NullMarked;

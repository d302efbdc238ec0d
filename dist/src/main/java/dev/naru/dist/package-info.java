/// The distribution: lib/, bin/, licences, and the training run behind the start-up cache. Doors:
/// [Training]. Laws: nothing of the broker depends on it.
@NullMarked
package dev.naru.dist;

import org.jspecify.annotations.NullMarked;

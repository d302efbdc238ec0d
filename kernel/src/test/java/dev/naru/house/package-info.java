/// Tests over the tree of sources: which room may know which, how long things may get, which words
/// are not said. Doors: none. Laws: a rule that is not tested here is a wish.
@NullMarked
package dev.naru.house;

import org.jspecify.annotations.NullMarked;

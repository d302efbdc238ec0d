/// Naru inside a JVM: a real broker for tests and tools, without a process of its own. Doors: Naru.
/// Laws: what it opens it closes; needs JDK 25.
@NullMarked
package dev.naru.embedded;

import org.jspecify.annotations.NullMarked;

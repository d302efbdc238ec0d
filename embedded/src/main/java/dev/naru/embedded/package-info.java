/// Naru inside a JVM, for tests and tools.
@NullMarked
package dev.naru.embedded;

import org.jspecify.annotations.NullMarked;

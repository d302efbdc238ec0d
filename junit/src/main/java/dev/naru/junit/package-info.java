/// A real broker for a test class. Doors: NaruExtension. Laws: one broker for a class, closed after
/// its last test.
@NullMarked
package dev.naru.junit;

import org.jspecify.annotations.NullMarked;

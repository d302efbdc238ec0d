/// A JUnit extension that gives a test a real broker.
@NullMarked
package dev.naru.junit;

import org.jspecify.annotations.NullMarked;

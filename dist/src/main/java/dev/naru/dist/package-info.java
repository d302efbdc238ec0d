/// The distribution: lib/, bin/, licences.
@NullMarked
package dev.naru.dist;

import org.jspecify.annotations.NullMarked;

/// Tests only: clients of other people against a real process.
@NullMarked
package dev.naru.compat;

import org.jspecify.annotations.NullMarked;

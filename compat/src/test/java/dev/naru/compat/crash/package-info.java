/// Killed processes, cut power, little memory.
package dev.naru.compat.crash;

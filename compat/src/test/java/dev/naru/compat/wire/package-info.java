/// Bytes made by hand: what clients send that mean no good.
package dev.naru.compat.wire;

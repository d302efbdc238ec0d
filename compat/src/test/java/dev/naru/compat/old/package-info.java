/// Kafka's clients of earlier years.
package dev.naru.compat.old;

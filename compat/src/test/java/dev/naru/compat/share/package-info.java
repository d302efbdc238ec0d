/// Queues: Kafka's own share consumer and Admin against a real process.
package dev.naru.compat.share;

/// Kafka Streams against a broker.
package dev.naru.compat.streams;

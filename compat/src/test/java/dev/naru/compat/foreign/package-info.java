/// Clients and tools that are not Kafka's own, and Kafka's tools on our files.
package dev.naru.compat.foreign;

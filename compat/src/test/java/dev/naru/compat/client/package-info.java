/// Kafka's own clients, of the version whose protocol is served.
package dev.naru.compat.client;

/// Spring Kafka, an application of its own process against a broker.
package dev.naru.compat.spring;

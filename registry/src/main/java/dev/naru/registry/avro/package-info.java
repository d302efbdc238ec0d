/// Schemas in Avro (specification 1.12), through the library of Apache Avro: its parser and its rules of
/// resolution. Door: AvroSchemas.
@NullMarked
package dev.naru.registry.avro;

import org.jspecify.annotations.NullMarked;

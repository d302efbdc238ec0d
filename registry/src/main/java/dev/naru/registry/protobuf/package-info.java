/// Schemas in Protocol Buffers (proto2 and proto3), through the parser of Wire. Imports are found among
/// what a schema refers to and the well-known files, never on a disk or a network. Door: ProtobufSchemas.
@NullMarked
package dev.naru.registry.protobuf;

import org.jspecify.annotations.NullMarked;

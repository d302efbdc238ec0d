/// The schema registry without HTTP: schemas of three languages are parsed, brought into their canonical
/// and normal forms, and compared, through one door; a shard keeps them. Doors: Languages; rooms: schema
/// (what all languages share), avro, protobuf, json, state (the shard over `_schemas`). Laws: nothing is
/// fetched, everything is bounded (SchemaBounds).
@NullMarked
package dev.naru.registry;

import org.jspecify.annotations.NullMarked;

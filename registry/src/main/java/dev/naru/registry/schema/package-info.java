/// What schemas of every language have in common: where their text comes from, what can be known of
/// them, how they are compared, and how large they may be. Pure: no clock, no files, no network.
/// Doors: SchemaType, SchemaSource, ParsedSchema, Parse, Incompatibility, CompatibilityLevel,
/// CompatibilityCheck, JsonText, SchemaBounds.
@NullMarked
package dev.naru.registry.schema;

import org.jspecify.annotations.NullMarked;

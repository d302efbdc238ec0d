/// Schemas in JSON Schema (drafts 4 to 2020-12). A `$ref` is found in the schema itself or among what the
/// schema refers to; nothing is ever fetched. Door: JsonSchemas.
@NullMarked
package dev.naru.registry.json;

import org.jspecify.annotations.NullMarked;

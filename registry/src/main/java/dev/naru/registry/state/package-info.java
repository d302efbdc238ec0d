/// What the registry knows, as a shard over the topic `_schemas`: subjects, versions, ids, contexts,
/// modes, compatibility; what may be done to them, and the records that say so, in the format of
/// Confluent's registry. Schemas are texts here: they are parsed and compared before, off the loop,
/// and a decision checks that it was done on what is still so (`Basis`). Doors: RegistryShard,
/// RegistryRequest, RegistryFact, RegistryCodec, RegistryView, Outcome, RegistryError, SchemaContent,
/// StoredSchema, Reference, Mode, Subjects. Laws: I10; an id is given to one content of a context and
/// to no other, for ever.
@NullMarked
package dev.naru.registry.state;

import org.jspecify.annotations.NullMarked;

/// The record batch of Kafka (magic 2): reading it in place, checking it, building it. Doors:
/// BatchView, BatchBuilder, RecordCursor, ControlMarker, BatchInspector with BatchRules and
/// Inspection, BatchLayout, Codec. Laws: bytes that came from outside are believed only after a
/// check here; what is called sound, every consumer can read; a declared size alone never costs
/// memory.
@NullMarked
package dev.naru.record;

import org.jspecify.annotations.NullMarked;

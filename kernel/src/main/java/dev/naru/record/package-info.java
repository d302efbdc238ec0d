/// The record batch of Kafka (magic 2): reading it in place, checking it, building it. Doors: BatchView,
/// BatchBuilder, RecordCursor. Laws: bytes that came from outside are believed only after a check here.
@NullMarked
package dev.naru.record;

import org.jspecify.annotations.NullMarked;

/// One partition on disk in Kafka's file formats: segments, indexes, epochs, producers, recovery. Doors:
/// PartitionLog, LogSettings, AppendPlan. Laws: I2, I5, I8, I16.
@NullMarked
package dev.naru.log;

import org.jspecify.annotations.NullMarked;

/// The command line: naru topic, produce, consume, group, ... and Kafka's own tool names.
@NullMarked
package dev.naru.cli;

import org.jspecify.annotations.NullMarked;

/// Naru beside Apache Kafka, measured.
@NullMarked
package dev.naru.bench;

import org.jspecify.annotations.NullMarked;

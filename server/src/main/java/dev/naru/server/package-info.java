/// The process: settings, signals, log lines.
@NullMarked
package dev.naru.server;

import org.jspecify.annotations.NullMarked;

/// The process around a node: command line, settings, signals, log lines, exit codes. Doors: [Main] and
/// [Serving]. Laws: a start ends in one line that says where it serves, or in one that says why not.
@NullMarked
package dev.naru.server;

import org.jspecify.annotations.NullMarked;

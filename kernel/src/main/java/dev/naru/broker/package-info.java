/// One node: connections, handlers, the table of partitions, coordinators. Doors: Node, Env. Laws:
/// I12, I17, I18.
@NullMarked
package dev.naru.broker;

import org.jspecify.annotations.NullMarked;

/// The Kafka protocol as bytes: bounded readers, writers, api keys, error codes and the generated
/// messages. Doors: all public types. Laws: nothing is allocated because a length said so.
@NullMarked
package dev.naru.wire;

import org.jspecify.annotations.NullMarked;

/// What a node counts and times as it works: plain numbers of one loop, written by that loop alone and read
/// on it. Whoever wants them all asks every loop for a copy and adds up the copies.
///
/// Doors: [Histogram], [RequestTimes], [TopicTraffic], and their readings, which are immutable.
/// Laws: none of its own; nothing here is shared between loops.
@NullMarked
package dev.naru.measure;

import org.jspecify.annotations.NullMarked;

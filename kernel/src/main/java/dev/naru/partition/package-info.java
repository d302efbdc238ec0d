/// A partition as its leader sees it: log, high watermark, those who wait. Doors: Partition. Laws:
/// I1, I3, I6, I9, I19.
@NullMarked
package dev.naru.partition;

import org.jspecify.annotations.NullMarked;

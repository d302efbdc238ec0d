package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.Codecs;
import dev.naru.base.Disk;
import dev.naru.base.Entropy;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.base.Patterns;
import dev.naru.base.Trace;
import dev.naru.metadata.MetadataLogs;
import java.util.List;
import java.util.function.Consumer;

/// The world around a node, as ports. `loops` has at least one; the first also carries the
/// cluster's metadata. `requestMemoryBytes` bounds what unanswered large requests may hold
/// together. `peers` is the net on which nodes talk to each other, `admission` says who
/// may become one. `onFatal` hears, on any loop,
/// why this node must not go on; the process ends then.
public record Env(Clock clock, List<Loop> loops, Entropy entropy, Disk disk, Net net, Net peers,
    Codecs codecs, Patterns patterns, Trace trace, MetadataLogs metadata, long requestMemoryBytes,
    Admission admission, Consumer<String> onFatal) {
    public Env {
        if (loops.isEmpty()) throw new IllegalArgumentException("a node needs a loop");
        if (requestMemoryBytes <= 0) throw new IllegalArgumentException("no request memory");
    }
}

package dev.naru.partition;

import dev.naru.base.Clock;
import dev.naru.base.Codecs;
import dev.naru.base.DiskFault;
import dev.naru.base.Loop;
import dev.naru.record.BatchInspector;
import java.util.function.Consumer;

/// What the partitions of one loop share. `onDiskFailed` fences the data directory.
public record PartitionLoop(Loop loop, Clock clock, Codecs codecs, BatchInspector inspector,
    FlushRound flushRound, Cleaner cleaner, AckDeadlines deadlines,
    Consumer<DiskFault> onDiskFailed) {
    public PartitionLoop(Loop loop, Clock clock, Codecs codecs, BatchInspector inspector,
        FlushRound flushRound, Cleaner cleaner, Consumer<DiskFault> onDiskFailed) {
        this(loop, clock, codecs, inspector, flushRound, cleaner, new AckDeadlines(loop, clock),
            onDiskFailed);
    }
}

package dev.naru.replica;

import dev.naru.base.Codecs;
import dev.naru.base.DiskFault;
import dev.naru.base.Uuid;
import dev.naru.log.LogSettings;
import dev.naru.log.OpenHow;
import dev.naru.log.PartitionLog;
import dev.naru.metadata.TestDisk;
import dev.naru.partition.Cleaner;
import dev.naru.partition.CleanerSettings;
import dev.naru.partition.FlushPace;
import dev.naru.partition.FlushRound;
import dev.naru.partition.PartitionId;
import dev.naru.partition.PartitionLoop;
import dev.naru.partition.PartitionSettings;
import dev.naru.record.BatchInspector;
import dev.naru.record.BatchRules;
import dev.naru.shard.StepLoop;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Partitions of one loop, on a disk that does not fail.
final class OneLoop {
    static final Uuid TOPIC = new Uuid(1, 2);
    static final PartitionSettings SETTINGS = new PartitionSettings(LogSettings.standard(),
        BatchRules.defaults(), true, Long.MAX_VALUE, Long.MAX_VALUE);
    static final Codecs NO_CODECS = new Codecs() {
        @Override public Source open(int codecId, ByteBuffer compressed) throws CodecFault {
            throw new CodecFault("no codec " + codecId);
        }

        @Override public ByteBuffer compress(int codecId, int level, ByteBuffer[] parts)
            throws CodecFault {
            throw new CodecFault("no codec " + codecId);
        }
    };

    private OneLoop() {}

    static PartitionLoop of(StepLoop loop, TestDisk disk) {
        Consumer<DiskFault> failed = fault -> {
            throw new AssertionError(fault);
        };
        var cleaning = new CleanerSettings(false, 1, 24, 0.9, 1e9, 1);
        return new PartitionLoop(loop, loop, NO_CODECS, new BatchInspector(NO_CODECS),
            new FlushRound(loop, disk, failed, new FlushPace(loop)),
            new Cleaner(loop, loop, disk, NO_CODECS, () -> cleaning), failed);
    }

    static PartitionId partition(int index) {
        return new PartitionId(TOPIC, "topic", index);
    }

    /// An empty log.
    static PartitionLog log(PartitionId id, StepLoop loop, TestDisk disk) throws DiskFault {
        return PartitionLog.open(disk, id.directory(), SETTINGS.log(), OpenHow.created(TOPIC),
            loop, _ -> {
            });
    }
}

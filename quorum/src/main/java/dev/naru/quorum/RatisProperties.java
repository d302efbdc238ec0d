package dev.naru.quorum;

import java.io.File;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/// How Ratis is set up: everything that matters is said here, whatever its defaults become.
final class RatisProperties {
    /// A larger batch is refused: Ratis holds a buffer of this size ready.
    static final int BATCH_BYTES_MAX = 8 * 1024 * 1024;
    private static final int ENTRY_BYTES_MAX = BATCH_BYTES_MAX + 1024 * 1024;
    private static final int MESSAGE_BYTES_MAX = ENTRY_BYTES_MAX + 8 * 1024 * 1024;
    private static final int PREALLOCATED_BYTES = 64 * 1024;
    private static final int SEGMENTS_CACHED = 4;
    private static final int REQUEST_MS = 2_000;
    private static final int STEP_DOWN_WAIT_MS = 1_000;
    /// A new member that does not answer for so long does not become one.
    private static final int STAGING_MS = 5_000;
    /// How many entries a new member may still lack when it begins to count.
    private static final int STAGING_GAP = 10;

    /// How long a leader waits before it tries a member again that it could not reach, and how many
    /// times so: what is away for a moment is back in the quorum as soon as it listens.
    private static final String RETRIES = "1ms,10, 100ms,600, 500ms,1_000_000_000";

    private RatisProperties() {}

    static RaftProperties of(QuorumSettings settings, QuorumTiming timing, File storage) {
        var properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, new ForcedGrpc());
        GrpcConfigKeys.Server.setHost(properties, settings.listening().host());
        GrpcConfigKeys.Server.setPort(properties, settings.listening().port());
        GrpcConfigKeys.setMessageSizeMax(properties, SizeInBytes.valueOf(MESSAGE_BYTES_MAX));
        RaftServerConfigKeys.setStorageDir(properties, List.of(storage));
        times(properties, timing);
        log(properties, settings.tuning());
        return properties;
    }

    private static void times(RaftProperties properties, QuorumTiming timing) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, ms(timing.electionMinMs()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, ms(timing.electionMaxMs()));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties,
            ms(timing.firstElectionMinMs()));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties,
            ms(timing.firstElectionMaxMs()));
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, ms(REQUEST_MS));
        RaftServerConfigKeys.Notification.setNoLeaderTimeout(properties,
            ms(timing.electionMaxMs()));
        RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties,
            ms(STEP_DOWN_WAIT_MS));
        RaftServerConfigKeys.setStagingTimeout(properties, ms(STAGING_MS));
        RaftServerConfigKeys.setStagingCatchupGap(properties, STAGING_GAP);
        // A process that stood still for long goes on as a follower; it is not closed.
        RaftServerConfigKeys.setCloseThreshold(properties,
            TimeDuration.valueOf(365, TimeUnit.DAYS));
    }

    private static void log(RaftProperties properties, QuorumSettings.Tuning tuning) {
        long segmentBytes = Math.max(PREALLOCATED_BYTES, tuning.snapshotAfterBytes());
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(segmentBytes));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties,
            SizeInBytes.valueOf(PREALLOCATED_BYTES));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, SEGMENTS_CACHED);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties,
            SizeInBytes.valueOf(SEGMENTS_CACHED * segmentBytes + BATCH_BYTES_MAX));
        RaftServerConfigKeys.Log.setWriteBufferSize(properties,
            SizeInBytes.valueOf(ENTRY_BYTES_MAX + 64 * 1024));
        RaftServerConfigKeys.Log.setQueueByteLimit(properties,
            SizeInBytes.valueOf(2L * ENTRY_BYTES_MAX));
        RaftServerConfigKeys.Write.setByteLimit(properties,
            SizeInBytes.valueOf(2L * ENTRY_BYTES_MAX));
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties,
            SizeInBytes.valueOf(ENTRY_BYTES_MAX));
        RaftServerConfigKeys.Log.setCorruptionPolicy(properties,
            RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.StateMachineData.setSync(properties, true);
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, tuning.batchesKept());
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, true);
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, RETRIES);
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setTriggerWhenRemoveEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    }

    private static TimeDuration ms(long ms) {
        return TimeDuration.valueOf(ms, TimeUnit.MILLISECONDS);
    }
}

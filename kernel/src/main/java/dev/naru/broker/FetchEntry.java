package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Fetched;
import dev.naru.partition.PartitionReader;
import dev.naru.partition.Watch;
import dev.naru.wire.message.FetchRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One partition that a fetch asks for: where it stands, what was last told about it, and its
/// standing watch. Owned by the fetch's loop, but for the moment of a read, when the partition's
/// loop has it.
final class FetchEntry {
    /// Names the partition as the client does: by topic id (version 13 on) or by topic name.
    record Key(Uuid topicId, String topic, int partition) {}

    /// The reader is sent nowhere else.
    static final int NOWHERE = -1;

    private final Key key;
    private FetchRequest.FetchPartition asked;
    private boolean isArmed;
    private @Nullable Watch watch;
    private @Nullable Loop watchLoop;
    private @Nullable TopicImage topic;
    private @Nullable Fetched result;
    private ErrorCode refusal = ErrorCode.NONE;
    private int nearerNode = NOWHERE;
    private long toldHighWatermark = -1;
    private long toldLogStartOffset = -1;
    private boolean wasTold;
    private boolean isAskedAnew;
    private boolean isHeldBack;

    FetchEntry(Key key, FetchRequest.FetchPartition asked) {
        this.key = key;
        this.asked = asked;
    }

    Key key() {
        return key;
    }

    /// The client asks anew, from another place, and is told anew: a replica that had moved on drops what
    /// an earlier answer told it of this partition.
    void ask(FetchRequest.FetchPartition newer) {
        asked = newer;
        isAskedAnew = true;
    }

    PartitionReader.Question question(int maxBytes, boolean atLeastOneBatch,
        PartitionReader.Reader reader) {
        return new PartitionReader.Question(asked.fetchOffset(),
            Math.min(maxBytes, asked.partitionMaxBytes()), atLeastOneBatch, reader,
            asked.currentLeaderEpoch(), asked.lastFetchedEpoch(), asked.logStartOffset());
    }

    /// Whether what could be read is kept back, because a budget is used up.
    void holdBack(boolean heldBack) {
        isHeldBack = heldBack;
    }

    boolean isHeldBack() {
        return isHeldBack;
    }

    /// The watch has fired.
    void fired() {
        isArmed = false;
    }

    boolean isArmed() {
        return isArmed;
    }

    /// The watch to arm, made at first need; `onFired` hears of it on the partition's loop.
    Watch arm(Loop partitionLoop, Runnable onFired) {
        isArmed = true;
        watchLoop = partitionLoop;
        if (watch == null) watch = new Watch(onFired);
        return watch;
    }

    /// Takes the watch away. On the fetch's loop.
    void disarm() {
        var armed = watch;
        var loop = watchLoop;
        if (!isArmed || armed == null || loop == null) return;
        isArmed = false;
        Partitions.on(loop, armed::cancel);
    }

    /// Finds the topic in the image; a missing one is this entry's error.
    Optional<TopicImage> resolve(ClusterImage image, boolean byId) {
        var found = byId ? image.topic(key.topicId()) : image.topic(key.topic());
        topic = found.orElse(null);
        refusal = ErrorCode.NONE;
        nearerNode = NOWHERE;
        if (found.isEmpty()) {
            refusal = byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        return found;
    }

    /// An answer must not wait: there is an error to tell, or a log that parted from the reader's.
    boolean isUrgent() {
        return refusal != ErrorCode.NONE || nearerNode != NOWHERE
            || (result != null && result.diverging().isPresent());
    }

    /// The log begins elsewhere than the reader was told.
    boolean hasMovedStart() {
        var found = result;
        return found != null && wasTold && found.ends().logStartOffset() != toldLogStartOffset;
    }

    long fetchOffset() {
        return asked.fetchOffset();
    }

    @Nullable TopicImage topic() {
        return topic;
    }

    void refuse(ErrorCode why) {
        refusal = why;
        result = null;
    }

    /// The reader is better served by a replica that is nearer to it.
    void sendTo(int nodeId) {
        nearerNode = nodeId;
        result = null;
    }

    /// Where the reader is sent; [#NOWHERE] when it is served here.
    int nearerNode() {
        return nearerNode;
    }

    void result(Fetched fetched) {
        result = fetched;
        refusal = fetched.error();
    }

    @Nullable Fetched result() {
        return result;
    }

    ErrorCode error() {
        return refusal;
    }

    /// There is something to read from where the client stands: it may be that the answer had no
    /// room for it, or that the client will not take it. No watch will fire for it.
    boolean isUnread(Watch.For upTo) {
        var found = result;
        if (found == null || found.error() != ErrorCode.NONE) return false;
        return asked.fetchOffset() < found.ends().of(upTo);
    }

    int resultBytes() {
        return result == null ? 0 : result.sizeBytes();
    }

    /// Forgets what was read; gives its leases back.
    void discard() {
        if (result != null) for (var bytes : result.records())
            bytes.discard();
        result = null;
    }

    /// The end of a partition that is still settling must not be told: the client is sent to ask
    /// again.
    void refuseIfSettling() {
        if (result != null && result.isSettling()) refuse(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    /// Hands over what was read: the answer has it now.
    void taken() {
        result = null;
    }

    /// True when the client has to hear of this partition in an incremental answer (KIP-227): data,
    /// an error, or another watermark than it was told.
    boolean isNews() {
        if (refusal != ErrorCode.NONE || nearerNode != NOWHERE) return true;
        if (result == null) return false;
        return !wasTold || isAskedAnew || resultBytes() > 0 || result.diverging().isPresent()
            || result.ends().highWatermark() != toldHighWatermark
            || result.ends().logStartOffset() != toldLogStartOffset;
    }

    void told() {
        wasTold = refusal == ErrorCode.NONE;
        isAskedAnew = false;
        if (result == null) return;
        toldHighWatermark = result.ends().highWatermark();
        toldLogStartOffset = result.ends().logStartOffset();
    }
}

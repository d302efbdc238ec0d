package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import org.jspecify.annotations.Nullable;

/// One partition in a share session: where its share partition was found, what the request under way
/// got from it, and its place among those who wait. Owned by the session's loop, but for the moment
/// of a visit, when the partition's loop has it.
final class ShareEntry {
    /// Names the partition as the client does.
    record Part(Uuid topicId, int partition) {}

    private final Part part;
    /// False for one that was forgotten, and may still hold records.
    boolean isFetched = true;
    @Nullable
    SharePartitionHost host;
    @Nullable
    ShareWaiter waiter;
    @Nullable
    ShareFetched result;
    /// What became of the acknowledgements; none when there were none.
    @Nullable
    ErrorCode acknowledged;

    ShareEntry(Part part) {
        this.part = part;
    }

    Part part() {
        return part;
    }

    void refuse(ErrorCode why) {
        result = ShareFetched.refused(why);
    }

    /// Something that the client has to hear of.
    boolean isNews() {
        var found = result;
        return acknowledged != null
            || (found != null && (found.error() != ErrorCode.NONE || !found.lent().isEmpty()));
    }

    boolean isUrgent() {
        var found = result;
        return found != null && found.error() != ErrorCode.NONE;
    }

    /// Forgets the request before.
    void reset() {
        result = null;
        acknowledged = null;
    }

    void discard() {
        var found = result;
        if (found != null) for (var bytes : found.records())
            bytes.discard();
        result = null;
    }
}

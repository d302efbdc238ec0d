package dev.naru.group;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the log knows of a group: its last completed generation. `stateTimestampMs` is when it
/// entered the state it was stored in, -1 when the record is too old to say.
public record StoredGroup(String protocolType, int generation, @Nullable String protocol,
    @Nullable String leader, long stateTimestampMs, List<Member> members) {
    /// One member with its subscription and its assignment; the buffers are never moved.
    public record Member(String memberId, @Nullable String instanceId, String clientId,
        String clientHost, int rebalanceTimeoutMs, int sessionTimeoutMs, ByteBuffer subscription,
        ByteBuffer assignment) {}
}

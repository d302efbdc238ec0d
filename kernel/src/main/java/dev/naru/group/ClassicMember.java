package dev.naru.group;

import dev.naru.base.Now;
import dev.naru.shard.ReplyTo;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One member of a classic group, as it is now. A value: changes make a new one.
record ClassicMember(Identity identity, Terms terms, ByteBuffer assignment, boolean isNew,
    long deadlineNs,
    @Nullable ReplyTo<JoinGroupResponse> join, @Nullable ReplyTo<SyncGroupResponse> sync) {

    /// Who it is. A static member has an instance id.
    record Identity(String memberId, @Nullable String instanceId, String clientId,
        String clientHost) {}

    /// What it said when it joined.
    record Terms(int rebalanceTimeoutMs, int sessionTimeoutMs, String protocolType,
        List<Protocol> protocols) {
        long sessionTimeoutNs() {
            return sessionTimeoutMs * Now.NS_PER_MS;
        }
    }

    /// A way of sharing out partitions that the member knows, and what it has to say about it.
    record Protocol(String name, ByteBuffer metadata) {}

    String memberId() {
        return identity.memberId;
    }

    @Nullable String instanceId() {
        return identity.instanceId;
    }

    boolean isStatic() {
        return identity.instanceId != null;
    }

    boolean isAwaitingJoin() {
        return join != null;
    }

    boolean isAwaitingSync() {
        return sync != null;
    }

    boolean supports(String protocol) {
        return terms.protocols.stream().anyMatch(mine -> mine.name.equals(protocol));
    }

    /// Its metadata for a protocol; empty if it does not know it.
    ByteBuffer metadata(@Nullable String protocol) {
        for (var mine : terms.protocols) {
            if (mine.name.equals(protocol)) return mine.metadata;
        }
        return Blob.EMPTY;
    }

    /// Its metadata for the protocol it likes best.
    ByteBuffer firstMetadata() {
        return terms.protocols.isEmpty() ? Blob.EMPTY : terms.protocols.getFirst().metadata;
    }

    ClassicMember withTerms(Terms changed) {
        return new ClassicMember(identity, changed, assignment, isNew, deadlineNs, join, sync);
    }

    ClassicMember withJoin(@Nullable ReplyTo<JoinGroupResponse> waiting) {
        return new ClassicMember(identity, terms, assignment, isNew, deadlineNs, waiting, sync);
    }

    ClassicMember withSync(@Nullable ReplyTo<SyncGroupResponse> waiting) {
        return new ClassicMember(identity, terms, assignment, isNew, deadlineNs, join, waiting);
    }

    ClassicMember withAssignment(ByteBuffer assigned) {
        return new ClassicMember(identity, terms, assigned, isNew, deadlineNs, join, sync);
    }

    /// It was heard of: its session runs anew.
    ClassicMember seenAt(Now now) {
        long deadline = now.monotonicNs() + terms.sessionTimeoutNs();
        return new ClassicMember(identity, terms, assignment, isNew, deadline, join, sync);
    }

    /// Its join is answered, and it is a member like any other.
    ClassicMember joinedAt(Now now) {
        return new ClassicMember(identity, terms, assignment, false, deadlineNs, null, sync)
            .seenAt(now);
    }

    ClassicMember renamed(String memberId) {
        var renamed = new Identity(memberId, identity.instanceId, identity.clientId,
            identity.clientHost);
        return new ClassicMember(renamed, terms, assignment, isNew, deadlineNs, null, null);
    }

    StoredGroup.Member stored(@Nullable String protocol) {
        return new StoredGroup.Member(identity.memberId, identity.instanceId, identity.clientId,
            identity.clientHost, terms.rebalanceTimeoutMs, terms.sessionTimeoutMs,
            metadata(protocol), assignment);
    }
}

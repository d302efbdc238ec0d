package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.shard.Effect;
import dev.naru.shard.ReplyTo;
import dev.naru.wire.message.HeartbeatResponse;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.JoinGroupResponse.JoinGroupResponseMember;
import dev.naru.wire.message.SyncGroupResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answers of the classic protocol, in its own messages.
final class ClassicAnswers {
    private ClassicAnswers() {}

    static JoinGroupResponse joinError(ErrorCode why, String memberId) {
        return JoinGroupResponse.builder().errorCode(why.code()).generationId(-1).protocolName("")
            .memberId(memberId).build();
    }

    /// The same effects with an order to join again in place of an answer to the join.
    static List<Effect> againInstead(ReplyTo<JoinGroupResponse> from, String memberId,
        List<Effect> effects) {
        var instead = new ArrayList<Effect>();
        for (var effect : effects) {
            boolean isAnswer = effect instanceof Effect.Reply<?> reply && reply.to().equals(from);
            if (!isAnswer) instead.add(effect);
        }
        instead.add(
            new Effect.Reply<>(from, joinError(ErrorCode.REBALANCE_IN_PROGRESS, memberId)));
        return instead;
    }

    /// A place in the current generation. `leader` and `members` tell the one who assigns.
    static JoinGroupResponse joined(ClassicGroup group, String memberId, @Nullable String leader,
        List<JoinGroupResponseMember> members) {
        var protocol = group.protocol();
        return JoinGroupResponse.builder().errorCode(ErrorCode.NONE.code())
            .generationId(group.generation()).protocolType(group.agreedType())
            .protocolName(protocol == null ? "" : protocol).leader(leader == null ? "" : leader)
            .memberId(memberId).members(members).build();
    }

    /// What the leader is told about everybody.
    static List<JoinGroupResponseMember> membersOf(ClassicGroup group) {
        return group.members().stream()
            .map(member -> JoinGroupResponseMember.builder().memberId(member.memberId())
                .groupInstanceId(member.instanceId())
                .metadata(member.metadata(group.protocol()).duplicate()).build())
            .toList();
    }

    static SyncGroupResponse syncError(ErrorCode why) {
        return SyncGroupResponse.builder().errorCode(why.code()).assignment(Blob.EMPTY).build();
    }

    static SyncGroupResponse synced(ClassicGroup group, ClassicMember member) {
        return SyncGroupResponse.builder().errorCode(ErrorCode.NONE.code())
            .protocolType(group.agreedType()).protocolName(group.protocol())
            .assignment(member.assignment().duplicate()).build();
    }

    static HeartbeatResponse heartbeat(ErrorCode outcome) {
        return HeartbeatResponse.builder().errorCode(outcome.code()).build();
    }
}

package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.group.GroupRequest;
import dev.naru.wire.Message;
import dev.naru.wire.message.DeleteGroupsRequest;
import dev.naru.wire.message.DeleteGroupsResponse;
import dev.naru.wire.message.DeleteGroupsResponse.DeletableGroupResult;
import dev.naru.wire.message.DescribeGroupsRequest;
import dev.naru.wire.message.DescribeGroupsResponse;
import dev.naru.wire.message.DescribeGroupsResponse.DescribedGroup;
import dev.naru.wire.message.HeartbeatRequest;
import dev.naru.wire.message.HeartbeatResponse;
import dev.naru.wire.message.JoinGroupRequest;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.LeaveGroupRequest;
import dev.naru.wire.message.LeaveGroupRequest.MemberIdentity;
import dev.naru.wire.message.LeaveGroupResponse;
import dev.naru.wire.message.ListGroupsRequest;
import dev.naru.wire.message.ListGroupsResponse;
import dev.naru.wire.message.ListGroupsResponse.ListedGroup;
import dev.naru.wire.message.OffsetCommitRequest;
import dev.naru.wire.message.OffsetDeleteRequest;
import dev.naru.wire.message.OffsetFetchRequest;
import dev.naru.wire.message.SyncGroupRequest;
import dev.naru.wire.message.SyncGroupResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;

/// Groups on the wire: each request goes to the shard it concerns, or to several, and its answer
/// comes back on the loop of the client's connection.
public final class GroupsHandler {
    /// From here on several members leave with one request.
    private static final short LEAVES_IN_BATCHES = 3;
    /// From here on describing a group that is not known is an error.
    private static final short UNKNOWN_IS_AN_ERROR = 6;
    /// READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS, one bit each: all that can be
    /// done to a group.
    static final int ALL_OPERATIONS = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11;

    private final Asking<GroupRequest> asking;
    private final Coordinators<GroupRequest> coordinators;
    private final GroupOffsetsHandler offsets;

    public GroupsHandler(Coordinators<GroupRequest> coordinators, TopicIds topics) {
        this.asking = new Asking<>(coordinators);
        this.coordinators = coordinators;
        this.offsets = new GroupOffsetsHandler(asking, topics);
    }

    public void joinGroup(JoinGroupRequest q, short version, Client client,
        Consumer<Message> reply) {
        asking.<JoinGroupResponse>ask(q.groupId(), client,
            from -> new GroupRequest.Join(q, version, client.id(), client.host(), from),
            Asking.Outcome.of(answer -> answer,
                why -> JoinGroupResponse.builder().errorCode(why.code()).generationId(-1)
                    .protocolName("").memberId(q.memberId()).build(),
                reply::accept));
    }

    public void syncGroup(SyncGroupRequest q, short version, Client client,
        Consumer<Message> reply) {
        asking.<SyncGroupResponse>ask(q.groupId(), client, from -> new GroupRequest.Sync(q, from),
            Asking.Outcome.of(answer -> answer,
                why -> SyncGroupResponse.builder().errorCode(why.code()).build(), reply::accept));
    }

    /// While the shard is loading, every member is believed: it shall not rejoin for nothing.
    public void heartbeat(HeartbeatRequest q, short version, Client client,
        Consumer<Message> reply) {
        asking.<HeartbeatResponse>ask(q.groupId(), client,
            from -> new GroupRequest.Heartbeat(q, from),
            Asking.Outcome.of(answer -> answer, why -> {
                var told = why == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.NONE : why;
                return HeartbeatResponse.builder().errorCode(told.code()).build();
            }, reply::accept));
    }

    public void leaveGroup(LeaveGroupRequest q, short version, Client client,
        Consumer<Message> reply) {
        boolean isBatch = version >= LEAVES_IN_BATCHES;
        var only = MemberIdentity.builder().memberId(q.memberId()).build();
        var message = isBatch ? q : q.toBuilder().members(List.of(only)).build();
        asking.<LeaveGroupResponse>ask(q.groupId(), client,
            from -> new GroupRequest.Leave(message, from),
            Asking.Outcome.of(answer -> isBatch ? answer : single(answer),
                why -> LeaveGroupResponse.builder().errorCode(why.code()).build(),
                reply::accept));
    }

    /// What became of the one who left is what became of the request.
    private static LeaveGroupResponse single(LeaveGroupResponse answer) {
        if (answer.errorCode() != 0 || answer.members().isEmpty()) return answer;
        short outcome = answer.members().getFirst().errorCode();
        return LeaveGroupResponse.builder().errorCode(outcome).build();
    }

    public void offsetCommit(OffsetCommitRequest q, short version, Client client,
        Consumer<Message> reply) {
        offsets.commit(q, version, client, reply);
    }

    public void offsetFetch(OffsetFetchRequest q, short version, Client client,
        Consumer<Message> reply) {
        offsets.fetch(q, version, client, reply);
    }

    public void offsetDelete(OffsetDeleteRequest q, short version, Client client,
        Consumer<Message> reply) {
        offsets.delete(q, client, reply);
    }

    /// The groups of all shards here. A shard that moved away meanwhile is another node's to list;
    /// one that is still loading makes the list incomplete, which is an error.
    public void listGroups(ListGroupsRequest q, short version, Client client,
        Consumer<Message> reply) {
        var gathering = new Asking.Gathering<ListGroupsResponse>(
            parts -> reply.accept(joined(parts)));
        for (var host : coordinators.all()) {
            asking.<List<ListedGroup>>ask(host, client,
                from -> new GroupRequest.ListGroups(q.statesFilter(), q.typesFilter(), from),
                Asking.Outcome.of(groups -> ListGroupsResponse.builder().groups(groups).build(),
                    GroupsHandler::notListed, gathering.expect()));
        }
        gathering.close();
    }

    private static ListGroupsResponse notListed(ErrorCode why) {
        var told = why == ErrorCode.NOT_COORDINATOR ? ErrorCode.NONE : why;
        return ListGroupsResponse.builder().errorCode(told.code()).build();
    }

    private static ListGroupsResponse joined(List<ListGroupsResponse> parts) {
        for (var part : parts) {
            if (part.errorCode() != 0) return part;
        }
        var groups = parts.stream().flatMap(part -> part.groups().stream()).toList();
        return ListGroupsResponse.builder().groups(groups).build();
    }

    public void describeGroups(DescribeGroupsRequest q, short version, Client client,
        Consumer<Message> reply) {
        var gathering = new Asking.Gathering<DescribedGroup>(
            groups -> reply.accept(DescribeGroupsResponse.builder().groups(groups).build()));
        for (var group : q.groups()) {
            asking.<DescribedGroup>ask(group, client,
                from -> new GroupRequest.Describe(group, from),
                Asking.Outcome.of(answer -> described(answer, q, version),
                    why -> DescribedGroup.builder().groupId(group).errorCode(why.code()).build(),
                    gathering.expect()));
        }
        gathering.close();
    }

    private static DescribedGroup described(DescribedGroup group, DescribeGroupsRequest q,
        short version) {
        var described = group.toBuilder();
        if (q.includeAuthorizedOperations()) described.authorizedOperations(ALL_OPERATIONS);
        if (version < UNKNOWN_IS_AN_ERROR) return described.errorMessage(null).build();
        if (group.groupState().equals("Dead")) {
            described.errorCode(ErrorCode.GROUP_ID_NOT_FOUND.code());
        }
        return described.build();
    }

    public void deleteGroups(DeleteGroupsRequest q, short version, Client client,
        Consumer<Message> reply) {
        var gathering = new Asking.Gathering<DeletableGroupResult>(
            results -> reply.accept(DeleteGroupsResponse.builder().results(results).build()));
        for (var group : new LinkedHashSet<>(q.groupsNames())) {
            asking.<ErrorCode>ask(group, client, from -> new GroupRequest.Delete(group, from),
                Asking.Outcome.of(outcome -> deleted(group, outcome), why -> deleted(group, why),
                    gathering.expect()));
        }
        gathering.close();
    }

    private static DeletableGroupResult deleted(String group, ErrorCode outcome) {
        return DeletableGroupResult.builder().groupId(group).errorCode(outcome.code())
            .errorMessage(outcome == ErrorCode.NONE ? null : outcome.text()).build();
    }
}

package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.group.GroupRequest;
import dev.naru.wire.Message;
import dev.naru.wire.message.ConsumerGroupDescribeRequest;
import dev.naru.wire.message.ConsumerGroupDescribeResponse;
import dev.naru.wire.message.ConsumerGroupDescribeResponse.DescribedGroup;
import dev.naru.wire.message.ConsumerGroupHeartbeatRequest;
import dev.naru.wire.message.ConsumerGroupHeartbeatResponse;
import java.util.function.Consumer;

/// Consumer groups on the wire (KIP-848).
final class ConsumerGroupsHandler {
    private final Asking<GroupRequest> asking;

    ConsumerGroupsHandler(Coordinators<GroupRequest> coordinators) {
        this.asking = new Asking<>(coordinators);
    }

    void heartbeat(ConsumerGroupHeartbeatRequest q, short version, Client client,
        Consumer<Message> reply) {
        asking.<ConsumerGroupHeartbeatResponse>ask(q.groupId(), client,
            from -> new GroupRequest.ConsumerHeartbeat(q, version, client.id(), client.host(),
                from),
            Asking.Outcome.of(answer -> answer,
                why -> ConsumerGroupHeartbeatResponse.builder().errorCode(why.code())
                    .errorMessage(why.text()).build(),
                reply::accept));
    }

    void describe(ConsumerGroupDescribeRequest q, short version, Client client,
        Consumer<Message> reply) {
        var gathering = new Asking.Gathering<DescribedGroup>(groups -> reply
            .accept(ConsumerGroupDescribeResponse.builder().groups(groups).build()));
        for (var group : q.groupIds()) {
            asking.<DescribedGroup>ask(group, client,
                from -> new GroupRequest.DescribeConsumers(group, from),
                Asking.Outcome.of(answer -> described(answer, q), why -> failed(group, why),
                    gathering.expect()));
        }
        gathering.close();
    }

    private static DescribedGroup described(DescribedGroup group, ConsumerGroupDescribeRequest q) {
        if (!q.includeAuthorizedOperations() || group.errorCode() != 0) return group;
        return group.toBuilder().authorizedOperations(GroupsHandler.ALL_OPERATIONS).build();
    }

    private static DescribedGroup failed(String group, ErrorCode why) {
        return DescribedGroup.builder().groupId(group).errorCode(why.code())
            .errorMessage(why.text()).build();
    }
}

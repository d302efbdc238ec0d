package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.group.GroupRequest;
import dev.naru.group.ShareRequest;
import dev.naru.wire.Message;
import dev.naru.wire.message.AlterShareGroupOffsetsRequest;
import dev.naru.wire.message.AlterShareGroupOffsetsResponse;
import dev.naru.wire.message.DeleteShareGroupOffsetsRequest;
import dev.naru.wire.message.DeleteShareGroupOffsetsResponse;
import dev.naru.wire.message.DeleteShareGroupOffsetsResponse.DeleteShareGroupOffsetsResponseTopic;
import dev.naru.wire.message.DescribeShareGroupOffsetsRequest;
import dev.naru.wire.message.DescribeShareGroupOffsetsResponse;
import dev.naru.wire.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where share groups stand, on the wire: DescribeShareGroupOffsets, AlterShareGroupOffsets,
/// DeleteShareGroupOffsets (KIP-932, lag KIP-1226), and what DeleteGroups has to clear away.
final class ShareOffsetsHandler {
    /// What the handler needs of the node.
    record Rooms(Cluster cluster, List<ShareTable> tables, SharePersister persister,
        ShareEnds ends) {}

    private final Asking<GroupRequest> asking;
    private final ShareStartOffsets offsets;
    private final ShareClearing clearing;

    ShareOffsetsHandler(Rooms rooms, Asking<GroupRequest> asking) {
        this.asking = asking;
        this.clearing = new ShareClearing(rooms.tables(), rooms.persister(), asking);
        this.offsets = new ShareStartOffsets(rooms);
    }

    private void look(String group, Client client, Consumer<ShareRequest.Seen> seen) {
        asking.<ShareRequest.Seen>ask(group, client, from -> new ShareRequest.Look(group, from),
            Asking.Outcome.of(answer -> answer,
                why -> new ShareRequest.Seen(why, true, new TreeMap<>()), seen));
    }

    void describe(DescribeShareGroupOffsetsRequest q, short version, Client client,
        Consumer<Message> reply) {
        var gathering = new Asking.Gathering<DescribeShareGroupOffsetsResponseGroup>(
            groups -> reply
                .accept(DescribeShareGroupOffsetsResponse.builder().groups(groups).build()));
        for (var asked : q.groups()) {
            var slot = gathering.expect();
            look(asked.groupId(), client, seen -> {
                if (seen.error() == ErrorCode.NONE) {
                    offsets.describe(asked, seen.initialized(), client, slot);
                } else {
                    slot.accept(DescribeShareGroupOffsetsResponseGroup
                        .builder()
                        .groupId(asked.groupId())
                        .errorCode(seen.error().code())
                        .errorMessage(seen.error().text())
                        .build());
                }
            });
        }
        gathering.close();
    }

    void alter(AlterShareGroupOffsetsRequest q, short version, Client client,
        Consumer<Message> reply) {
        clearing.clear(q.groupId(), new ShareRequest.Which.Begun(), client,
            _ -> alterNow(q, client, reply));
    }

    private void alterNow(AlterShareGroupOffsetsRequest q, Client client,
        Consumer<Message> reply) {
        look(q.groupId(), client, seen -> {
            var error = seen.error();
            if (error == ErrorCode.NONE && !seen.isEmpty()) error = ErrorCode.NON_EMPTY_GROUP;
            if (error != ErrorCode.NONE) {
                reply.accept(AlterShareGroupOffsetsResponse.builder()
                    .errorCode(error.code())
                    .errorMessage(error.text())
                    .build());
                return;
            }
            clearing.dropGroup(q.groupId(), client, () -> offsets.set(q, client, outcome -> {
                asking.<ErrorCode>ask(q.groupId(), client,
                    from -> new ShareRequest.Initialized(q.groupId(), outcome.set(), from),
                    Asking.Outcome.of(each -> each, each -> each,
                        _ -> reply.accept(outcome.response())));
            }));
        });
    }

    void delete(DeleteShareGroupOffsetsRequest q, short version, Client client,
        Consumer<Message> reply) {
        var names = q.topics().stream().map(topic -> topic.topicName()).toList();
        clearing.clear(q.groupId(), new ShareRequest.Which.Named(names), client, cleared -> {
            var error = cleared.error();
            if (error != ErrorCode.NONE) {
                reply.accept(DeleteShareGroupOffsetsResponse.builder()
                    .errorCode(error.code())
                    .errorMessage(error.text())
                    .build());
                return;
            }
            Map<String, Uuid> known = new LinkedHashMap<>();
            cleared.topics().forEach((topicId, topic) -> known.put(topic.name(), topicId));
            var results = new ArrayList<DeleteShareGroupOffsetsResponseTopic>();
            for (var name : names)
                results.add(deleted(name, known.get(name)));
            reply.accept(DeleteShareGroupOffsetsResponse.builder().responses(results).build());
        });
    }

    private static DeleteShareGroupOffsetsResponseTopic deleted(String name,
        @Nullable Uuid topicId) {
        var error = topicId == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NONE;
        return DeleteShareGroupOffsetsResponseTopic.builder()
            .topicName(name)
            .topicId(topicId == null ? Uuid.ZERO : topicId)
            .errorCode(error.code())
            .errorMessage(error == ErrorCode.NONE ? null : error.text())
            .build();
    }

    /// Before groups are deleted: the states of those that are empty share groups go. A group whose
    /// states are still there is not deleted.
    void beforeDeletion(List<String> groups, Client client, Runnable then) {
        if (groups.isEmpty()) {
            then.run();
            return;
        }
        clearing.clear(groups.getFirst(), new ShareRequest.Which.All(), client,
            _ -> beforeDeletion(groups.subList(1, groups.size()), client, then));
    }
}

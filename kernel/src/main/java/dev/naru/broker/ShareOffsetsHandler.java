package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.group.GroupRequest;
import dev.naru.group.ShareRequest;
import dev.naru.group.ShareTopic;
import dev.naru.wire.Message;
import dev.naru.wire.message.AlterShareGroupOffsetsRequest;
import dev.naru.wire.message.AlterShareGroupOffsetsResponse;
import dev.naru.wire.message.DeleteShareGroupOffsetsRequest;
import dev.naru.wire.message.DeleteShareGroupOffsetsResponse;
import dev.naru.wire.message.DeleteShareGroupOffsetsResponse.DeleteShareGroupOffsetsResponseTopic;
import dev.naru.wire.message.DeleteShareGroupStateRequest;
import dev.naru.wire.message.DescribeShareGroupOffsetsRequest;
import dev.naru.wire.message.DescribeShareGroupOffsetsResponse;
import dev.naru.wire.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where share groups stand, on the wire: DescribeShareGroupOffsets, AlterShareGroupOffsets,
/// DeleteShareGroupOffsets (KIP-932, lag KIP-1226), and what DeleteGroups has to clear away.
final class ShareOffsetsHandler {
    /// What the handler needs of the node.
    record Rooms(Cluster cluster, Partitions partitions, List<ShareTable> tables,
        SharePersister persister) {}

    private final Rooms rooms;
    private final Asking<GroupRequest> asking;
    private final ShareStartOffsets offsets;

    ShareOffsetsHandler(Rooms rooms, Asking<GroupRequest> asking) {
        this.rooms = rooms;
        this.asking = asking;
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
            dropGroup(q.groupId(), client, () -> offsets.set(q, client, outcome -> {
                asking.<ErrorCode>ask(q.groupId(), client,
                    from -> new ShareRequest.Initialized(q.groupId(), outcome.set(), from),
                    Asking.Outcome.of(each -> each, each -> each,
                        _ -> reply.accept(outcome.response())));
            }));
        });
    }

    /// What the loops know of the group's share partitions is not so any more.
    private void dropGroup(String group, Client client, Runnable then) {
        dropGroup(group, rooms.tables().size() - 1, client, then);
    }

    private void dropGroup(String group, int at, Client client, Runnable then) {
        if (at < 0) {
            Partitions.on(client.loop(), then);
            return;
        }
        var table = rooms.tables().get(at);
        Partitions.on(table.loop(), () -> {
            table.dropGroup(group);
            dropGroup(group, at - 1, client, then);
        });
    }

    void delete(DeleteShareGroupOffsetsRequest q, short version, Client client,
        Consumer<Message> reply) {
        look(q.groupId(), client, seen -> {
            var error = seen.error();
            if (error == ErrorCode.NONE && !seen.isEmpty()) error = ErrorCode.NON_EMPTY_GROUP;
            if (error != ErrorCode.NONE) {
                reply.accept(DeleteShareGroupOffsetsResponse.builder()
                    .errorCode(error.code())
                    .errorMessage(error.text())
                    .build());
                return;
            }
            Map<String, Uuid> known = new LinkedHashMap<>();
            seen.initialized().forEach((topicId, topic) -> known.put(topic.name(), topicId));
            var gone = new TreeMap<Uuid, ShareTopic>();
            for (var topic : q.topics()) {
                var topicId = known.get(topic.topicName());
                var initialized = topicId == null ? null : seen.initialized().get(topicId);
                if (topicId != null && initialized != null) gone.put(topicId, initialized);
            }
            forget(q.groupId(), gone, client, outcome -> {
                var results = new ArrayList<DeleteShareGroupOffsetsResponseTopic>();
                for (var topic : q.topics())
                    results.add(deleted(topic.topicName(), known.get(topic.topicName()), outcome));
                reply.accept(DeleteShareGroupOffsetsResponse.builder().responses(results).build());
            });
        });
    }

    private static DeleteShareGroupOffsetsResponseTopic deleted(
        String name, @Nullable Uuid topicId, ErrorCode outcome) {
        var error = topicId == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : outcome;
        return DeleteShareGroupOffsetsResponseTopic.builder()
            .topicName(name)
            .topicId(topicId == null ? Uuid.ZERO : topicId)
            .errorCode(error.code())
            .errorMessage(error == ErrorCode.NONE ? null : error.text())
            .build();
    }

    /// Deletes the states of these topics, then has the group forget them.
    private void forget(String group, SortedMap<Uuid, ShareTopic> topics, Client client,
        Consumer<ErrorCode> done) {
        if (topics.isEmpty()) {
            done.accept(ErrorCode.NONE);
            return;
        }
        var states = new ArrayList<DeleteShareGroupStateRequest.DeleteStateData>();
        topics.forEach((topicId, topic) -> states
            .add(DeleteShareGroupStateRequest.DeleteStateData.builder()
                .topicId(topicId)
                .partitions(topic.partitions().stream()
                    .map(index -> DeleteShareGroupStateRequest.PartitionData.builder()
                        .partition(index).build())
                    .toList())
                .build()));
        var request = DeleteShareGroupStateRequest.builder().groupId(group).topics(states)
            .build();
        dropGroup(group, client,
            () -> rooms.persister().delete(client.loop(), request, response -> {
                var error = ErrorCode.NONE;
                for (var topic : response.results()) {
                    for (var each : topic.partitions())
                        if (each.errorCode() != 0) error = ErrorCode.of(each.errorCode());
                }
                if (error == ErrorCode.NONE) {
                    asking.<ErrorCode>ask(group, client,
                        from -> new ShareRequest.Forgotten(group,
                            List.copyOf(topics.keySet()), from),
                        Asking.Outcome.of(each -> each, each -> each, done));
                } else {
                    done.accept(error);
                }
            }));
    }

    /// Before groups are deleted: the states of those that are empty share groups go.
    void beforeDeletion(List<String> groups, Client client, Runnable then) {
        if (groups.isEmpty()) {
            then.run();
            return;
        }
        var rest = groups.subList(1, groups.size());
        look(groups.getFirst(), client, seen -> {
            boolean isToClear = seen.error() == ErrorCode.NONE && seen.isEmpty();
            if (isToClear) {
                forget(groups.getFirst(), seen.initialized(), client,
                    _ -> beforeDeletion(rest, client, then));
            } else {
                beforeDeletion(rest, client, then);
            }
        });
    }
}

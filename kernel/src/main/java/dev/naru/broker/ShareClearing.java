package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.group.GroupRequest;
import dev.naru.group.ShareRequest;
import dev.naru.group.ShareTopic;
import dev.naru.wire.message.DeleteShareGroupStateRequest;
import dev.naru.wire.message.DeleteShareGroupStateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Deletes stored states of a share group. Group and states are in different logs, so it goes in
/// three steps, and after a crash between any two of them the group still knows what is left to do:
///
/// 1. the group forgets the topics, and remembers that their states are to go;
/// 2. the states are deleted;
/// 3. the group forgets that, too.
///
/// Stateless; what is under way is known to the group's shard, which lets one at a time do it.
final class ShareClearing {
    private final List<ShareTable> tables;
    private final SharePersister persister;
    private final Asking<GroupRequest> asking;

    ShareClearing(List<ShareTable> tables, SharePersister persister,
        Asking<GroupRequest> asking) {
        this.tables = tables;
        this.persister = persister;
        this.asking = asking;
    }

    /// Deletes; `done` hears, on the client's loop, of which topics the states are gone.
    void clear(String group, ShareRequest.Which which, Client client,
        Consumer<ShareRequest.ToDelete> done) {
        asking.<ShareRequest.ToDelete>ask(group, client,
            from -> new ShareRequest.Forget(group, which, from),
            Asking.Outcome.of(answer -> answer, ShareClearing::refused, toDelete -> {
                if (toDelete.error() != ErrorCode.NONE || toDelete.topics().isEmpty()) {
                    done.accept(toDelete);
                } else {
                    delete(group, toDelete, client, done);
                }
            }));
    }

    private static ShareRequest.ToDelete refused(ErrorCode why) {
        return new ShareRequest.ToDelete(why, new TreeMap<>());
    }

    private void delete(String group, ShareRequest.ToDelete toDelete, Client client,
        Consumer<ShareRequest.ToDelete> done) {
        var request = request(group, toDelete.topics());
        dropGroup(group, client, () -> persister.delete(client.loop(), request, response -> {
            var error = error(response);
            var gone = error == ErrorCode.NONE
                ? List.copyOf(toDelete.topics().keySet())
                : List.<Uuid>of();
            asking.<ErrorCode>ask(group, client,
                from -> new ShareRequest.Forgotten(group, gone, from),
                Asking.Outcome.of(each -> each, each -> each, forgotten -> {
                    var first = error == ErrorCode.NONE ? forgotten : error;
                    done.accept(first == ErrorCode.NONE ? toDelete : refused(first));
                }));
        }));
    }

    private static DeleteShareGroupStateRequest request(String group,
        SortedMap<Uuid, ShareTopic> topics) {
        var states = new ArrayList<DeleteShareGroupStateRequest.DeleteStateData>();
        topics.forEach((topicId, topic) -> states
            .add(DeleteShareGroupStateRequest.DeleteStateData.builder()
                .topicId(topicId)
                .partitions(topic.partitions().stream()
                    .map(index -> DeleteShareGroupStateRequest.PartitionData.builder()
                        .partition(index).build())
                    .toList())
                .build()));
        return DeleteShareGroupStateRequest.builder().groupId(group).topics(states).build();
    }

    private static ErrorCode error(DeleteShareGroupStateResponse response) {
        for (var topic : response.results()) {
            for (var each : topic.partitions())
                if (each.errorCode() != 0) return ErrorCode.of(each.errorCode());
        }
        return ErrorCode.NONE;
    }

    /// What the loops know of the group's share partitions is not so any more. Other nodes hear of
    /// it when the states change (see [ClusterSharePersister]).
    void dropGroup(String group, Client client, Runnable then) {
        dropGroup(group, tables.size() - 1, client, then);
    }

    private void dropGroup(String group, int at, Client client, Runnable then) {
        if (at < 0) {
            Partitions.on(client.loop(), then);
            return;
        }
        var table = tables.get(at);
        Partitions.on(table.loop(), () -> {
            table.dropGroup(group);
            dropGroup(group, at - 1, client, then);
        });
    }
}

package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.client.Reply;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TopicName;
import dev.naru.shard.Shard;
import dev.naru.share.ShareKey;
import dev.naru.wire.Message;
import dev.naru.wire.message.DeleteShareGroupStateRequest;
import dev.naru.wire.message.DeleteShareGroupStateResponse;
import dev.naru.wire.message.InitializeShareGroupStateRequest;
import dev.naru.wire.message.InitializeShareGroupStateResponse;
import dev.naru.wire.message.ReadShareGroupStateRequest;
import dev.naru.wire.message.ReadShareGroupStateResponse;
import dev.naru.wire.message.ReadShareGroupStateSummaryRequest;
import dev.naru.wire.message.ReadShareGroupStateSummaryResponse;
import dev.naru.wire.message.WriteShareGroupStateRequest;
import dev.naru.wire.message.WriteShareGroupStateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Share state wherever in the cluster it is stored: what belongs to a shard of this node is asked
/// here, the rest goes to the nodes that lead the shards, one message to each. Who cannot be
/// reached is a coordinator that is not available: whoever wrote does not know whether it was
/// stored, and may write the same again. That states are deleted or begun anew is told to the nodes
/// that lead the data, too, for what those know of them is not so any more. Any loop may ask.
final class ClusterSharePersister implements SharePersister {
    private static final long ANSWER_MS = 10_000;

    private final Cluster cluster;
    private final Peers peers;
    private final SharePersister here;

    ClusterSharePersister(Cluster cluster, Peers peers, SharePersister here) {
        this.cluster = cluster;
        this.peers = peers;
        this.here = here;
    }

    /// One of the questions below, put to this node.
    private interface Here<Q, R> {
        void ask(Loop home, Q request, Consumer<R> answer);
    }

    @Override public void initialize(Loop home, InitializeShareGroupStateRequest request,
        Consumer<InitializeShareGroupStateResponse> answer) {
        boolean isAnew = request.topics().stream().flatMap(topic -> topic.partitions().stream())
            .anyMatch(each -> each.stateEpoch() > 0);
        ask(ShareStateForm.INITIALIZE, here::initialize, home, request, response -> {
            if (isAnew) {
                tellLeaders(ShareStateForm.INITIALIZE, home, request, response, answer);
            } else {
                answer.accept(response);
            }
        });
    }

    @Override public void read(Loop home, ReadShareGroupStateRequest request,
        Consumer<ReadShareGroupStateResponse> answer) {
        ask(ShareStateForm.READ, here::read, home, request, answer);
    }

    @Override public void write(Loop home, WriteShareGroupStateRequest request,
        Consumer<WriteShareGroupStateResponse> answer) {
        ask(ShareStateForm.WRITE, here::write, home, request, answer);
    }

    @Override public void delete(Loop home, DeleteShareGroupStateRequest request,
        Consumer<DeleteShareGroupStateResponse> answer) {
        ask(ShareStateForm.DELETE, here::delete, home, request, response -> tellLeaders(
            ShareStateForm.DELETE, home, request, response, answer));
    }

    @Override public void summarize(Loop home, ReadShareGroupStateSummaryRequest request,
        Consumer<ReadShareGroupStateSummaryResponse> answer) {
        ask(ShareStateForm.SUMMARY, here::summarize, home, request, answer);
    }

    private <Q extends Message, R extends Message> void ask(ShareStateForm<Q, R> form,
        Here<Q, R> local, Loop home, Q request, Consumer<R> answer) {
        var byNode = new TreeMap<Integer, Set<ShareKey>>();
        for (var key : form.keys().apply(request))
            byNode.computeIfAbsent(keeper(key), _ -> new TreeSet<>()).add(key);
        Partitions.on(home, () -> {
            var gathering = new Asking.Gathering<R>(
                all -> answer.accept(all.size() == 1
                    ? all.getFirst()
                    : form.joined().apply(all)));
            byNode.forEach((nodeId, keys) -> {
                var part = byNode.size() == 1 ? request : form.only().apply(request, keys);
                var slot = gathering.expect();
                if (nodeId == cluster.nodeId()) {
                    local.ask(home, part, slot);
                } else if (nodeId == PartitionImage.NO_LEADER) {
                    slot.accept(
                        form.refused().apply(part, ErrorCode.COORDINATOR_NOT_AVAILABLE));
                } else {
                    askThere(form, nodeId, home, part, slot);
                }
            });
            gathering.close();
        });
    }

    /// The node that leads the shard of a share partition.
    private int keeper(ShareKey key) {
        return cluster.image().topic(TopicName.SHARE_GROUP_STATE)
            .flatMap(topic -> topic.partition(
                Shard.partitionOf(key.toString(), topic.partitionCount())))
            .map(PartitionImage::leader).orElse(PartitionImage.NO_LEADER);
    }

    /// The same message, of which a node that is not the keeper only takes note. One that did not
    /// hear of it is an error: it might lend what it should not.
    private <Q extends Message, R extends Message> void tellLeaders(ShareStateForm<Q, R> form,
        Loop home, Q request, R response, Consumer<R> answer) {
        var byLeader = new TreeMap<Integer, Set<ShareKey>>();
        for (var key : form.keys().apply(request)) {
            int leader = cluster.image().topic(key.topicId())
                .flatMap(topic -> topic.partition(key.partition()))
                .map(PartitionImage::leader).orElse(PartitionImage.NO_LEADER);
            boolean isToBeTold = leader != PartitionImage.NO_LEADER && leader != cluster.nodeId()
                && leader != keeper(key);
            if (isToBeTold) byLeader.computeIfAbsent(leader, _ -> new TreeSet<>()).add(key);
        }
        var gathering = new Asking.Gathering<Optional<R>>(all -> {
            var answers = new ArrayList<R>(List.of(response));
            for (var failure : all)
                failure.ifPresent(answers::add);
            answer.accept(answers.size() == 1 ? response : form.joined().apply(answers));
        });
        byLeader.forEach((nodeId, keys) -> {
            var part = form.only().apply(request, keys);
            var slot = gathering.expect();
            peers.on(home).request(PeerLinks.Lane.SHARES, nodeId,
                new PeerLinks.Question(form.key(), _ -> part, ANSWER_MS),
                reply -> slot.accept(reply instanceof Reply.Lost
                    ? Optional.of(
                        form.refused().apply(part, ErrorCode.COORDINATOR_NOT_AVAILABLE))
                    : Optional.empty()));
        });
        gathering.close();
    }

    @SuppressWarnings("unchecked") // the answer to a request has its form
    private <Q extends Message, R extends Message> void askThere(ShareStateForm<Q, R> form,
        int nodeId, Loop home, Q request, Consumer<R> answer) {
        peers.on(home).request(PeerLinks.Lane.SHARES, nodeId,
            new PeerLinks.Question(form.key(), _ -> request, ANSWER_MS),
            reply -> answer.accept(switch (reply) {
                case Reply.Answer(var body, var _) -> (R) body;
                case Reply.Lost _ ->
                    form.refused().apply(request, ErrorCode.COORDINATOR_NOT_AVAILABLE);
            }));
    }
}

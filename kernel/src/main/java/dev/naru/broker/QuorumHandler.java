package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.Quorum;
import dev.naru.metadata.QuorumChange;
import dev.naru.wire.message.AddRaftVoterRequest;
import dev.naru.wire.message.AddRaftVoterResponse;
import dev.naru.wire.message.DescribeQuorumRequest;
import dev.naru.wire.message.DescribeQuorumResponse;
import dev.naru.wire.message.RemoveRaftVoterRequest;
import dev.naru.wire.message.RemoveRaftVoterResponse;
import dev.naru.wire.message.UnregisterControllerRequest;
import dev.naru.wire.message.UnregisterControllerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// DescribeQuorum (KIP-595, KIP-836), AddRaftVoter and RemoveRaftVoter (KIP-853), UnregisterController:
/// who agrees on the cluster's metadata. Its leader is asked, from whichever node.
final class QuorumHandler {
    private static final String METADATA_TOPIC = "__cluster_metadata";
    private static final String USUAL_LISTENER = "CONTROLLER";
    /// How long a leader is looked for by one who wants to know whether there is one.
    private static final long LOOK_MS = 1_500;

    private final Cluster cluster;
    private final ControllerLink controller;
    private final Clock clock;

    QuorumHandler(Cluster cluster, ControllerLink controller, Clock clock) {
        this.cluster = cluster;
        this.controller = controller;
        this.clock = clock;
    }

    void describe(Call call) {
        look(quorum -> call.reply(described((DescribeQuorumRequest) call.request(), quorum)));
    }

    /// What its leader knows, or, while there is none, what this node does.
    private void look(Consumer<Quorum> then) {
        controller.submit(new ClusterRequest.DescribeQuorum(), LOOK_MS,
            answer -> then.accept(answer instanceof ClusterAnswer.QuorumSeen(var seen)
                ? seen
                : controller.quorumHere().leaderless()));
    }

    private DescribeQuorumResponse described(DescribeQuorumRequest request, Quorum quorum) {
        var topics = new ArrayList<DescribeQuorumResponse.TopicData>();
        for (var topic : request.topics()) {
            var partitions = new ArrayList<DescribeQuorumResponse.PartitionData>();
            for (var partition : topic.partitions()) {
                boolean isQuorum = topic.topicName().equals(METADATA_TOPIC)
                    && partition.partitionIndex() == 0;
                partitions.add(isQuorum ? picture(quorum) : nothing(partition.partitionIndex()));
            }
            topics.add(DescribeQuorumResponse.TopicData.builder()
                .topicName(topic.topicName())
                .partitions(partitions)
                .build());
        }
        return DescribeQuorumResponse.builder().topics(topics).nodes(nodes(quorum)).build();
    }

    private DescribeQuorumResponse.PartitionData picture(Quorum quorum) {
        return DescribeQuorumResponse.PartitionData.builder()
            .partitionIndex(0)
            .leaderId(quorum.leaderId())
            .leaderEpoch(quorum.leaderEpoch())
            .highWatermark(quorum.committedIndex() + 1)
            .currentVoters(states(quorum.voters()))
            .observers(states(quorum.observers()))
            .build();
    }

    private static DescribeQuorumResponse.PartitionData nothing(int partition) {
        return DescribeQuorumResponse.PartitionData.builder()
            .partitionIndex(partition)
            .errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code())
            .build();
    }

    private List<DescribeQuorumResponse.ReplicaState> states(List<Quorum.Member> members) {
        long nowMs = clock.wallMs();
        return members.stream().map(member -> DescribeQuorumResponse.ReplicaState.builder()
            .replicaId(member.nodeId())
            .replicaDirectoryId(member.directoryId())
            .logEndOffset(member.lastIndex() < 0 ? -1 : member.lastIndex() + 1)
            .lastFetchTimestamp(timestampMs(nowMs, member.answeredAgeMs()))
            .lastCaughtUpTimestamp(timestampMs(nowMs, member.caughtUpAgeMs()))
            .build()).toList();
    }

    private static long timestampMs(long nowMs, long ageMs) {
        return ageMs < 0 ? -1 : nowMs - ageMs;
    }

    private List<DescribeQuorumResponse.Node> nodes(Quorum quorum) {
        var nodes = new ArrayList<DescribeQuorumResponse.Node>();
        for (var members : List.of(quorum.voters(), quorum.observers())) {
            for (var member : members) {
                nodes.add(DescribeQuorumResponse.Node.builder()
                    .nodeId(member.nodeId())
                    .listeners(member.host().isEmpty()
                        ? endpoints(member)
                        : List.of(
                            listener(listenerName(), member.host(), member.port())))
                    .build());
            }
        }
        return nodes;
    }

    /// Of a cluster of one node: those that clients use.
    private List<DescribeQuorumResponse.Listener> endpoints(Quorum.Member member) {
        return cluster.image().node(member.nodeId()).stream()
            .flatMap(node -> node.endpoints().stream())
            .map(each -> listener(each.listener(), each.host(), each.port())).toList();
    }

    private static DescribeQuorumResponse.Listener listener(String name, String host, int port) {
        return DescribeQuorumResponse.Listener.builder().name(name).host(host).port(port).build();
    }

    private String listenerName() {
        var names = cluster.settings().list("controller.listener.names");
        return names.isEmpty() ? USUAL_LISTENER : names.getFirst();
    }

    void add(Call call) {
        var request = (AddRaftVoterRequest) call.request();
        change(request.clusterId(), voterOf(request), (error, message) -> call.reply(
            AddRaftVoterResponse.builder().errorCode(error.code()).errorMessage(message).build()));
    }

    /// Empty when it is not said who or where it is.
    private Optional<QuorumChange> voterOf(AddRaftVoterRequest request) {
        var listeners = request.listeners();
        var listener = listeners.stream().filter(each -> each.name().equals(listenerName()))
            .findFirst().or(() -> listeners.stream().findFirst());
        if (request.voterDirectoryId().isZero() || request.voterId() < 0)
            return Optional.empty();
        return listener.map(where -> new QuorumChange.AddVoter(request.voterId(),
            request.voterDirectoryId(), where.host(), where.port()));
    }

    void remove(Call call) {
        var request = (RemoveRaftVoterRequest) call.request();
        change(request.clusterId(), Optional.of(new QuorumChange.RemoveVoter(request.voterId(),
            request.voterDirectoryId())),
            (error, message) -> call.reply(RemoveRaftVoterResponse.builder()
                .errorCode(error.code()).errorMessage(message).build()));
    }

    private void change(@Nullable String clusterId, Optional<QuorumChange> change,
        BiConsumer<ErrorCode, @Nullable String> answer) {
        if (clusterId != null && !clusterId.equals(cluster.image().clusterId())) {
            answer.accept(ErrorCode.INCONSISTENT_CLUSTER_ID, "This is cluster "
                + cluster.image().clusterId() + ".");
        } else if (change.isEmpty()) {
            answer.accept(ErrorCode.INVALID_REQUEST, "A voter is named by its id, its directory id"
                + " and a listener for the quorum.");
        } else {
            submit(change.get(), answer);
        }
    }

    private void submit(QuorumChange change, BiConsumer<ErrorCode, @Nullable String> answer) {
        controller.submit(new ClusterRequest.ChangeQuorum(change), answered -> {
            if (answered instanceof ClusterAnswer.QuorumChanged) {
                answer.accept(ErrorCode.NONE, null);
            } else {
                answer.accept(Texts.failure(answered),
                    answered instanceof ClusterAnswer.Failed failed ? failed.message() : null);
            }
        });
    }

    /// An observer that will not come back is followed no longer; a voter has to be removed first.
    void unregister(Call call) {
        var request = (UnregisterControllerRequest) call.request();
        BiConsumer<ErrorCode, @Nullable String> answer = (error, message) -> call.reply(
            UnregisterControllerResponse.builder().errorCode(error.code()).errorMessage(message)
                .build());
        look(quorum -> {
            boolean hasVote = quorum.voters().stream()
                .anyMatch(voter -> voter.nodeId() == request.controllerId());
            var observer = quorum.observers().stream()
                .filter(one -> one.nodeId() == request.controllerId()).findFirst();
            if (hasVote) {
                answer.accept(ErrorCode.INVALID_REQUEST, "Node " + request.controllerId()
                    + " is a voter, which has to be removed from the voters first.");
            } else if (observer.isEmpty()) {
                answer.accept(ErrorCode.UNKNOWN_CONTROLLER_ID,
                    "Node " + request.controllerId() + " is not in the quorum.");
            } else {
                submit(new QuorumChange.Forget(request.controllerId(),
                    observer.get().directoryId()), answer);
            }
        });
    }
}

package dev.naru.quorum;

import dev.naru.metadata.NodeIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.ExitUtils;

/// A running Ratis server with its one group. From any thread; starting, asking and closing wait.
final class RatisMember implements AutoCloseable {
    private static final String DIRECTORY = "quorum";
    private static final long SNAPSHOT_MS = 30_000;
    /// Held here, since the logging of the JDK forgets levels of loggers that nobody holds.
    private static final Logger GRPC = Logger.getLogger("org.apache.ratis.thirdparty.io.grpc");

    private final RaftServer server;
    private final RaftGroupId group;
    private final ClientId client = ClientId.randomId();
    private final AtomicLong callId = new AtomicLong();

    private RatisMember(RaftServer server, RaftGroupId group) {
        this.server = server;
        this.group = group;
    }

    /// Where the files of the quorum are.
    static Path directory(Path dataDirectory) {
        return dataDirectory.resolve(DIRECTORY);
    }

    /// The group of a cluster.
    static RaftGroupId group(String clusterId) {
        return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(("naru metadata of " + clusterId)
            .getBytes(StandardCharsets.UTF_8)));
    }

    /// Where those of the cluster's group are.
    static Path root(Path dataDirectory, String clusterId) {
        return directory(dataDirectory).resolve(group(clusterId).getUuid().toString());
    }

    /// The directories whose entries count, and that of the group itself.
    static List<Path> directories(Path dataDirectory, String clusterId) {
        var top = directory(dataDirectory);
        var root = root(dataDirectory, clusterId);
        return List.of(dataDirectory, top, root, root.resolve("current"), root.resolve("sm"));
    }

    static RatisMember start(QuorumSettings settings, NodeIdentity identity,
        LogStateMachine machine, ForcedDirectories forced) throws IOException {
        keepProcessAlive();
        GRPC.setLevel(Level.SEVERE);
        var storage = directory(settings.dataDirectory());
        Files.createDirectories(storage);
        var id = Voter.peerId(identity.nodeId(), identity.directoryId());
        var group = group(identity.clusterId());
        var peers = settings.voters().stream().map(Voter::peer).toList();
        boolean isAlone = peers.size() == 1;
        var timing = settings.tuning().timing();
        var server = RaftServer.newBuilder().setServerId(id)
            .setGroup(RaftGroup.valueOf(group, peers)).setStateMachine(machine)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .setProperties(RatisProperties.of(settings, isAlone ? timing.alone() : timing,
                storage.toFile()))
            .setParameters(parameters(settings, forced, id)).build();
        try {
            server.start();
        } catch (IOException | RuntimeException failed) {
            server.close();
            throw failed;
        }
        return new RatisMember(server, group);
    }

    /// Ratis would end the process at times, and at any exception that no thread caught.
    private static void keepProcessAlive() {
        var handler = Thread.getDefaultUncaughtExceptionHandler();
        ExitUtils.disableSystemExit();
        ExitUtils.setTerminateOnUncaughtException(false);
        Thread.setDefaultUncaughtExceptionHandler(handler);
    }

    private static Parameters parameters(QuorumSettings settings, ForcedDirectories forced,
        RaftPeerId self) {
        var parameters = ForcedGrpc.parameters(forced, new MemberCalls(settings.tls(), self));
        settings.tls().ifPresent(tls -> GrpcConfigKeys.TLS.setConf(parameters,
            new GrpcTlsConfig(tls.key(), tls.trust(), true)));
        return parameters;
    }

    /// Asks that the batch be the next one. In order, if called in order.
    CompletableFuture<RaftClientReply> propose(ByteBuffer batch) throws IOException {
        var request = RaftClientRequest.newBuilder().setClientId(client)
            .setServerId(server.getId()).setGroupId(group).setCallId(callId.incrementAndGet())
            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(batch)))
            .setType(RaftClientRequest.writeRequestType()).build();
        return server.submitClientRequestAsync(request);
    }

    /// Asks that the members be others, if they are still those of `before`.
    CompletableFuture<RaftClientReply> configure(RatisChange.Members before,
        RatisChange.Members after) throws IOException {
        var how = SetConfigurationRequest.Arguments.newBuilder()
            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
            .setServersInCurrentConf(before.voters())
            .setListenersInCurrentConf(before.observers())
            .setServersInNewConf(after.voters()).setListenersInNewConf(after.observers()).build();
        return server.setConfigurationAsync(new SetConfigurationRequest(client, server.getId(),
            group, callId.incrementAndGet(), how));
    }

    /// Asks that another member lead.
    CompletableFuture<RaftClientReply> handOver(RaftPeerId to, long withinMs) throws IOException {
        return server.transferLeadershipAsync(new TransferLeadershipRequest(client, server.getId(),
            group, callId.incrementAndGet(), to, withinMs));
    }

    /// What this node is by the configuration that it knows.
    Seat seat() throws IOException {
        var known = division().getRaftConf();
        if (known.getPeer(id(), RaftPeerRole.FOLLOWER) != null) return Seat.VOTER;
        return known.getPeer(id(), RaftPeerRole.LISTENER) != null ? Seat.OBSERVER : Seat.NONE;
    }

    /// Whether the configuration is on its way from one to another.
    boolean isChanging() throws IOException {
        var known = division().getRaftConf();
        return !known.getPreviousPeers(RaftPeerRole.FOLLOWER).isEmpty()
            || !known.getPreviousPeers(RaftPeerRole.LISTENER).isEmpty();
    }

    /// Why the other members would not find this one where it listens now; empty when they do, or when
    /// there are none.
    Optional<String> moved(QuorumSettings.Listening now) throws IOException {
        var members = new ArrayList<>(division().getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER));
        members.addAll(division().getRaftConf().getAllPeers(RaftPeerRole.LISTENER));
        if (members.size() < 2) return Optional.empty();
        return members.stream().filter(member -> member.getId().equals(id())).map(Voter::of)
            .filter(known -> !now.isAt(known.host(), known.port())).findFirst()
            .map(known -> "node " + known.nodeId() + " is a member of the quorum at "
                + known.host() + ":" + known.port() + ", and listens at " + now.host() + ":"
                + now.port() + " now, where nobody looks for it. If its data directory is a copy of"
                + " another one, give it an empty one; else start it where it was, or remove it"
                + " from the cluster and let it join again with an empty directory.");
    }

    /// What a node may be in a quorum.
    enum Seat {
        VOTER, OBSERVER, NONE
    }

    /// Tells Ratis that there is a new snapshot: what leads up to it may go.
    void snapshotWritten() throws IOException {
        server.snapshotManagementAsync(SnapshotManagementRequest.newCreate(client, server.getId(),
            group, callId.incrementAndGet(), SNAPSHOT_MS, 1));
    }

    /// How many other voters have lower node ids, the leader not counted; -1 for one who does not
    /// vote.
    int turnWithout(int leaderId) throws IOException {
        var voters = division().getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER);
        int ownId = Voter.nodeId(id());
        if (voters.stream().noneMatch(voter -> voter.getId().equals(id()))) return -1;
        return (int) voters.stream().mapToInt(voter -> Voter.nodeId(voter.getId()))
            .filter(nodeId -> nodeId != leaderId && nodeId < ownId).count();
    }

    /// Stands for election at once, in the way of one that its leader hands over to: without asking
    /// beforehand whether others still hear the leader. Nothing happens on one that does not follow.
    void stand() throws IOException {
        var leader = division().getInfo().getLeaderId();
        var last = division().getRaftLog().getLastEntryTermIndex();
        if (leader == null || last == null) return;
        var between = RaftRpcRequestProto.newBuilder().setRequestorId(leader.toByteString())
            .setReplyId(id().toByteString())
            .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group.toByteString()));
        server.startLeaderElection(StartLeaderElectionRequestProto.newBuilder()
            .setServerRequest(between).setLeaderLastEntry(last.toProto()).build());
    }

    RaftPeerId id() {
        return server.getId();
    }

    RaftServer.Division division() throws IOException {
        return server.getDivision(group);
    }

    @Override public void close() throws IOException {
        server.close();
    }
}

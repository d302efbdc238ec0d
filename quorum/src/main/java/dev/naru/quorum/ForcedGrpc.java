package dev.naru.quorum;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.grpc.server.GrpcServicesImpl;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.protocol.RaftServerAsynchronousProtocol;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;

/// Ratis' gRPC transport, which says nothing before the [ForcedDirectories] are forced: no reply (a
/// vote, a stored batch, an installed snapshot) and no request for a vote. Ratis finds it by name.
public final class ForcedGrpc implements RpcType {
    private static final String DIRECTORIES = "naru.quorum.directories";

    /// For Ratis.
    public ForcedGrpc() {}

    /// What the transport of one server needs; `calls` sees each call first.
    static Parameters parameters(ForcedDirectories directories, ServerInterceptor calls) {
        var parameters = new Parameters();
        parameters.put(DIRECTORIES, directories, ForcedDirectories.class);
        GrpcConfigKeys.Server.setServicesCustomizer(parameters,
            (builder, types) -> builder.intercept(new ForcedReplies(directories)).intercept(calls));
        return parameters;
    }

    @Override public String name() {
        return ForcedGrpc.class.getName();
    }

    @Override public RpcFactory newFactory(Parameters parameters) {
        return new Factory(parameters, parameters.get(DIRECTORIES, ForcedDirectories.class));
    }

    /// Holds each reply back until what it rests on will last.
    private record ForcedReplies(ForcedDirectories directories) implements ServerInterceptor {
        @Override public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call,
            Metadata headers, ServerCallHandler<Q, R> next) {
            return next.startCall(new SimpleForwardingServerCall<>(call) {
                @Override public void sendMessage(R reply) {
                    directories.force();
                    super.sendMessage(reply);
                }
            }, headers);
        }
    }

    private static final class Factory extends GrpcFactory {
        private final ForcedDirectories directories;

        Factory(Parameters parameters, ForcedDirectories directories) {
            super(parameters);
            this.directories = directories;
        }

        @Override public GrpcServices newRaftServerRpc(RaftServer server) {
            return new ForcedRequests(super.newRaftServerRpc(server), directories);
        }

        @Override public LogAppender newLogAppender(RaftServer.Division server, LeaderState state,
            FollowerInfo follower) {
            return new Appender(server, state, follower);
        }
    }

    /// Asks the transport itself for its connections.
    private static final class Appender extends GrpcLogAppender {
        Appender(RaftServer.Division server, LeaderState state, FollowerInfo follower) {
            super(server, state, follower);
        }

        @Override public GrpcServicesImpl getServerRpc() {
            var services = (ForcedRequests) getServer().getRaftServer().getServerRpc();
            return (GrpcServicesImpl) services.inner;
        }
    }

    /// The transport, with a candidate's own vote on disk before it asks for others'.
    private record ForcedRequests(GrpcServices inner, ForcedDirectories directories)
        implements
            GrpcServices {
        @Override public RequestVoteReplyProto requestVote(RequestVoteRequestProto request)
            throws IOException {
            directories.force();
            return inner.requestVote(request);
        }

        @Override public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
            throws IOException {
            return inner.appendEntries(request);
        }

        @Override public InstallSnapshotReplyProto installSnapshot(
            InstallSnapshotRequestProto request) throws IOException {
            return inner.installSnapshot(request);
        }

        @Override public StartLeaderElectionReplyProto startLeaderElection(
            StartLeaderElectionRequestProto request) throws IOException {
            return inner.startLeaderElection(request);
        }

        @Override public RaftServerAsynchronousProtocol async() {
            return inner.async();
        }

        @Override public void handleException(RaftPeerId serverId, Exception e,
            boolean reconnect) {
            inner.handleException(serverId, e, reconnect);
        }

        @Override public void notifyNotLeader(RaftGroupId groupId) {
            inner.notifyNotLeader(groupId);
        }

        @Override public void addRaftPeers(Collection<RaftPeer> peers) {
            inner.addRaftPeers(peers);
        }

        @Override public void start() throws IOException {
            inner.start();
        }

        @Override public InetSocketAddress getInetSocketAddress() {
            return inner.getInetSocketAddress();
        }

        @Override public InetSocketAddress getClientServerAddress() {
            return inner.getClientServerAddress();
        }

        @Override public InetSocketAddress getAdminServerAddress() {
            return inner.getAdminServerAddress();
        }

        @Override public RpcType getRpcType() {
            return inner.getRpcType();
        }

        @Override public void close() throws IOException {
            inner.close();
        }
    }
}

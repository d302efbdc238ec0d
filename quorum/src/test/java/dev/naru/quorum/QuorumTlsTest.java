package dev.naru.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Uuid;
import dev.naru.metadata.Quorum;
import dev.naru.trust.ClusterCa;
import dev.naru.trust.Credentials;
import dev.naru.trust.NodeName;
import dev.naru.trust.TlsIdentity;
import dev.naru.trust.Untrusted;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import org.apache.ratis.proto.RaftProtos.GroupListRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.grpc.AdminProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.GrpcSslContexts;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who may speak to a member of the quorum, and for whom.
@Timeout(120)
final class QuorumTlsTest {
    private static final String CLUSTER = RatisYard.CLUSTER;
    private static final long PATIENCE_S = 20;

    private final long nowMs = System.currentTimeMillis();
    private final ClusterCa authority;
    private final ClusterCa other;
    private final RatisYard yard;

    QuorumTlsTest() throws Exception {
        authority = ClusterCa.create(CLUSTER, nowMs);
        other = ClusterCa.create(CLUSTER, nowMs);
        yard = RatisYard.secured(3, nodeId -> tls(identity(credentials(authority, nodeId))));
    }

    @AfterEach void close() {
        yard.close();
    }

    @Test void a_quorum_agrees_under_tls() {
        var nodes = List.of(new Recorder(yard, 1), new Recorder(yard, 2), new Recorder(yard, 3));
        yard.until(() -> nodes.stream().anyMatch(Recorder::isLeading));
        var leader = nodes.stream().filter(Recorder::isLeading).findFirst().orElseThrow();
        leader.commit(5);
        yard.until(
            () -> nodes.stream().allMatch(node -> node.lastIndex() >= leader.lastIndex()));
    }

    @Test void a_member_speaks_for_itself_and_nobody_else_speaks() {
        var first = new Recorder(yard, 1);
        yard.until(() -> !first.quorum().equals(Quorum.NONE));
        var second = Optional.of(credentials(authority, 2));
        assertThat(asks(second, 2)).isNotIn(Status.Code.PERMISSION_DENIED,
            Status.Code.UNAVAILABLE);
        assertThat(asks(second, 3)).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(administers(second)).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(asks(Optional.of(credentials(other, 2)), 2))
            .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(asks(Optional.empty(), 2)).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(asksInPlaintext()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    private Status.Code asks(Optional<Credentials> shown, int asNodeId) {
        return called(secured(shown), channel -> vote(channel, asNodeId));
    }

    private Status.Code asksInPlaintext() {
        var voter = yard.voter(1);
        return called(NettyChannelBuilder.forAddress(voter.host(), voter.port()).usePlaintext()
            .build(), channel -> vote(channel, 2));
    }

    private Status.Code administers(Optional<Credentials> shown) {
        return called(secured(shown), channel -> AdminProtocolServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(PATIENCE_S, TimeUnit.SECONDS)
            .groupList(GroupListRequestProto.getDefaultInstance()));
    }

    private void vote(ManagedChannel channel, int asNodeId) {
        var name = yard.voter(asNodeId).peerId().toString();
        var request = RequestVoteRequestProto.newBuilder().setServerRequest(
            RaftRpcRequestProto.newBuilder().setRequestorId(ByteString.copyFromUtf8(name))
                .setReplyId(yard.voter(1).peerId().toByteString()));
        RaftServerProtocolServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(PATIENCE_S, TimeUnit.SECONDS).requestVote(request.build());
    }

    private Status.Code called(ManagedChannel channel, Call call) {
        try {
            call.on(channel);
            return Status.Code.OK;
        } catch (StatusRuntimeException failed) {
            return failed.getStatus().getCode();
        } finally {
            channel.shutdownNow();
        }
    }

    private ManagedChannel secured(Optional<Credentials> shown) {
        var voter = yard.voter(1);
        var trust = identity(credentials(authority, 2)).trustManager();
        var builder = GrpcSslContexts.forClient().trustManager(trust);
        shown.map(this::identity).map(TlsIdentity::keyManager).ifPresent(
            manager -> builder.keyManager((KeyManager) manager.orElseThrow()));
        try {
            return NettyChannelBuilder.forAddress(voter.host(), voter.port())
                .sslContext(builder.build()).build();
        } catch (IOException unusable) {
            throw new AssertionError(unusable);
        }
    }

    private TlsIdentity identity(Credentials own) {
        try {
            return TlsIdentity.ofCluster(own, authority.credentials().certificate(), CLUSTER);
        } catch (Untrusted failed) {
            throw new AssertionError(failed);
        }
    }

    private Credentials credentials(ClusterCa from, int nodeId) {
        try {
            return from.issue(new NodeName(CLUSTER, nodeId, new Uuid(5, nodeId)), List.of(),
                nowMs);
        } catch (Untrusted failed) {
            throw new AssertionError(failed);
        }
    }

    private static QuorumSettings.Tls tls(TlsIdentity identity) {
        return new QuorumSettings.Tls(identity.keyManager().orElseThrow(),
            identity.trustManager(), true, certificate -> NodeName.of(certificate)
                .map(name -> Voter.name(name.nodeId(), name.directoryId())));
    }

    private interface Call {
        void on(ManagedChannel channel);
    }
}

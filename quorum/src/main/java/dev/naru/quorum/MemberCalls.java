package dev.naru.quorum;

import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/// What others may call: what members of a quorum say to each other, and nothing that Ratis offers to
/// clients and administrators, since nodes do that within their own process. Where certificates name
/// members, a request that comes from another member than it says ends its call.
final class MemberCalls implements ServerInterceptor {
    private final Optional<QuorumSettings.Tls> tls;

    MemberCalls(Optional<QuorumSettings.Tls> tls) {
        this.tls = tls;
    }

    @Override public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call,
        Metadata headers, ServerCallHandler<Q, R> next) {
        var service = call.getMethodDescriptor().getServiceName();
        if (!RaftServerProtocolServiceGrpc.SERVICE_NAME.equals(service)) {
            return refuse(call, "only members of the quorum are served");
        }
        if (tls.isEmpty() || !tls.get().namesMembers()) return next.startCall(call, headers);
        var member = member(call, tls.get());
        if (member.isEmpty()) return refuse(call, "the certificate names no member");
        return new Named<>(next.startCall(call, headers), call, member.get());
    }

    private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, String why) {
        call.close(Status.PERMISSION_DENIED.withDescription(why), new Metadata());
        return new ServerCall.Listener<>() {
        };
    }

    private static Optional<ByteString> member(ServerCall<?, ?> call, QuorumSettings.Tls tls) {
        var session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) return Optional.empty();
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                ? tls.nameOf().apply(certificate).map(ByteString::copyFromUtf8)
                : Optional.empty();
        } catch (SSLPeerUnverifiedException nothingShown) {
            return Optional.empty();
        }
    }

    /// Who sent it, as it says; empty for what says nothing of it.
    private static Optional<ByteString> requestor(Object message) {
        return Optional.ofNullable(switch (message) {
            case RequestVoteRequestProto vote -> vote.getServerRequest();
            case AppendEntriesRequestProto entries -> entries.getServerRequest();
            case InstallSnapshotRequestProto snapshot -> snapshot.getServerRequest();
            case StartLeaderElectionRequestProto election -> election.getServerRequest();
            case ReadIndexRequestProto read -> read.getServerRequest();
            default -> null;
        }).map(RaftRpcRequestProto::getRequestorId);
    }

    /// Lets through what the member says for itself.
    private static final class Named<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private final ByteString member;
        private boolean isRefused;

        Named(ServerCall.Listener<Q> inner, ServerCall<Q, ?> call, ByteString member) {
            super(inner);
            this.call = call;
            this.member = member;
        }

        @Override public void onMessage(Q message) {
            if (isRefused) return;
            if (requestor(message).filter(member::equals).isPresent()) {
                super.onMessage(message);
                return;
            }
            isRefused = true;
            call.close(Status.PERMISSION_DENIED.withDescription(
                "the certificate is of another member than the request"), new Metadata());
        }

        @Override public void onHalfClose() {
            if (!isRefused) super.onHalfClose();
        }
    }
}

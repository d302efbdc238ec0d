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
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/// What others may call: what members of a quorum say to each other, and nothing that Ratis offers to
/// clients and administrators, since nodes do that within their own process. A request that is meant for
/// another member ends its call, which Ratis would not notice: at the address of a member whose directory
/// was emptied listens one that must not speak for it. Where certificates name members, so does a request
/// that comes from another one than it says.
final class MemberCalls implements ServerInterceptor {
    private final Optional<QuorumSettings.Tls> tls;
    private final ByteString self;

    MemberCalls(Optional<QuorumSettings.Tls> tls, RaftPeerId self) {
        this.tls = tls;
        this.self = self.toByteString();
    }

    @Override public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call,
        Metadata headers, ServerCallHandler<Q, R> next) {
        var service = call.getMethodDescriptor().getServiceName();
        if (!RaftServerProtocolServiceGrpc.SERVICE_NAME.equals(service)) {
            return refuse(call, "only members of the quorum are served");
        }
        boolean isNamed = tls.isPresent() && tls.get().namesMembers();
        var member = isNamed ? member(call, tls.get()) : Optional.<ByteString>empty();
        if (isNamed && member.isEmpty()) return refuse(call, "the certificate names no member");
        return new Checked<>(next.startCall(call, headers), call, member, self);
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

    /// From whom to whom it is; empty for what says nothing of it.
    private static Optional<RaftRpcRequestProto> header(Object message) {
        return Optional.ofNullable(switch (message) {
            case RequestVoteRequestProto vote -> vote.getServerRequest();
            case AppendEntriesRequestProto entries -> entries.getServerRequest();
            case InstallSnapshotRequestProto snapshot -> snapshot.getServerRequest();
            case StartLeaderElectionRequestProto election -> election.getServerRequest();
            case ReadIndexRequestProto read -> read.getServerRequest();
            default -> null;
        });
    }

    /// Lets through what is said to this member, and by the one who says it.
    private static final class Checked<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private final Optional<ByteString> member;
        private final ByteString self;
        private boolean isRefused;

        Checked(ServerCall.Listener<Q> inner, ServerCall<Q, ?> call, Optional<ByteString> member,
            ByteString self) {
            super(inner);
            this.call = call;
            this.member = member;
            this.self = self;
        }

        @Override public void onMessage(Q message) {
            if (isRefused) return;
            var header = header(message);
            if (header.isPresent() && !header.get().getReplyId().equals(self)) {
                refuse("another member is meant, which is not here any more");
            } else if (member.isPresent()
                && header.filter(from -> member.get().equals(from.getRequestorId())).isEmpty()) {
                refuse("the certificate is of another member than the request");
            } else {
                super.onMessage(message);
            }
        }

        private void refuse(String why) {
            isRefused = true;
            call.close(Status.PERMISSION_DENIED.withDescription(why), new Metadata());
        }

        @Override public void onHalfClose() {
            if (!isRefused) super.onHalfClose();
        }
    }
}

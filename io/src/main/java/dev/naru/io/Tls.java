package dev.naru.io;

import dev.naru.base.Net;
import dev.naru.base.Trace;
import dev.naru.trust.NodeName;
import dev.naru.trust.TlsIdentity;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Connections under TLS 1.3, with the JDK's engine. No session is taken up again, so that every connection
/// begins with a look at the certificates.
final class Tls {
    private static final String VERSION = "TLSv1.3";
    /// No session may last longer than seven days (RFC 8446 section 4.6.1): the engine gives out no tickets
    /// for one that would. A ticket that a client has not read when it closes would also cost what it sent
    /// last, since the system then resets the connection.
    private static final long SESSION_SECONDS = 8L * 24 * 3600;

    private final Trace trace;
    private final Optional<SslContext> listening;
    private final SslContext dialling;
    private final boolean namesNodes;

    Tls(TlsIdentity identity, Trace trace) {
        this.trace = trace;
        this.namesNodes = identity.namesNodes();
        try {
            this.listening = listening(identity);
            this.dialling = dialling(identity);
        } catch (SSLException unusable) {
            throw new IllegalStateException("an identity that was checked before", unusable);
        }
    }

    private static Optional<SslContext> listening(TlsIdentity identity) throws SSLException {
        var key = identity.keyManager();
        if (key.isEmpty()) return Optional.empty();
        var who = identity.admitsUnproven() ? ClientAuth.OPTIONAL : ClientAuth.REQUIRE;
        return Optional.of(SslContextBuilder.forServer(key.get()).sslProvider(SslProvider.JDK)
            .trustManager(identity.trustManager()).clientAuth(who).protocols(VERSION)
            .sessionTimeout(SESSION_SECONDS).build());
    }

    private static SslContext dialling(TlsIdentity identity) throws SSLException {
        var builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK)
            .trustManager(identity.trustManager()).protocols(VERSION)
            .endpointIdentificationAlgorithm(identity.checksHosts() ? "HTTPS" : null);
        identity.keyManager().ifPresent(builder::keyManager);
        return builder.build();
    }

    /// Readies a connection that arrived.
    NettyChannel accepted(SocketChannel channel, NettyChannel connection) {
        var context = listening.orElseThrow(
            () -> new IllegalStateException("a node that joins listens to nobody"));
        add(channel, context.newHandler(channel.alloc()), connection);
        return connection;
    }

    /// Readies a connection that is being opened from here.
    NettyChannel dialled(SocketChannel channel, String host, int port,
        NettyChannel connection) {
        add(channel, dialling.newHandler(channel.alloc(), host, port), connection);
        return connection;
    }

    private void add(SocketChannel channel, SslHandler handler, NettyChannel connection) {
        channel.pipeline().addLast(handler, new Handshake(handler, connection));
    }

    private Net.Proof proof(SslHandler handler) {
        try {
            handler.engine().getSession().getPeerCertificates();
            return Net.Proof.MEMBER;
        } catch (SSLPeerUnverifiedException nothingShown) {
            return Net.Proof.NONE;
        }
    }

    /// The node that the other side's certificate is for, where it says one.
    private Optional<Net.Member> member(SslHandler handler) {
        if (!namesNodes) return Optional.empty();
        try {
            var shown = handler.engine().getSession().getPeerCertificates()[0];
            return NodeName.of((X509Certificate) shown)
                .map(name -> new Net.Member(name.nodeId(), name.directoryId()));
        } catch (SSLPeerUnverifiedException nothingShown) {
            return Optional.empty();
        }
    }

    /// Why it failed, for people. What the other side sent is not repeated.
    static String text(Throwable failed) {
        if (failed instanceof NotSslRecordException) return "the other side does not speak TLS";
        if (failed instanceof ClosedChannelException)
            return "the other side closed the connection amid the TLS handshake";
        for (var cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) return "TLS: " + cause.getMessage();
        }
        return "TLS: " + NettyChannel.text(failed);
    }

    /// Waits for the end of the handshake, and goes.
    private final class Handshake extends ChannelInboundHandlerAdapter {
        private final SslHandler handler;
        private final NettyChannel connection;

        Handshake(SslHandler handler, NettyChannel connection) {
            this.handler = handler;
            this.connection = connection;
        }

        @Override public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (!(event instanceof SslHandshakeCompletionEvent end)) return;
            if (end.isSuccess()) {
                context.pipeline().remove(this);
                connection.proved(proof(handler), member(handler));
            } else {
                var why = text(end.cause());
                trace.emit(new NetEvent.HandshakeFailed(connection.peer(), why));
                connection.notProved(why);
            }
        }
    }
}

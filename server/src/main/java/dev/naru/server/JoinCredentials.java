package dev.naru.server;

import dev.naru.metadata.NodeIdentity;
import dev.naru.trust.ClusterCa;
import dev.naru.trust.Fingerprint;
import dev.naru.trust.JoinToken;
import dev.naru.trust.NodeName;
import dev.naru.trust.TrustDirectory;
import dev.naru.trust.Untrusted;
import dev.naru.wire.message.JoinClusterRequest;
import dev.naru.wire.message.JoinClusterResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a node shows to join a cluster, and where it keeps what it is given for it.
sealed interface JoinCredentials {
    /// Nothing more than how it comes: from the same machine, or with a certificate that the operator made.
    JoinCredentials NONE = new ByArrival();

    /// Adds what is to be shown.
    JoinClusterRequest.Builder show(JoinClusterRequest.Builder request);

    /// The node is admitted under this name, and was given this. It lasts when this returns.
    void received(JoinClusterResponse told, NodeIdentity identity) throws IOException, Untrusted;

    record ByArrival() implements JoinCredentials {
        @Override public JoinClusterRequest.Builder show(JoinClusterRequest.Builder request) {
            return request;
        }

        @Override public void received(JoinClusterResponse told, NodeIdentity identity) {
            // there is nothing to keep
        }
    }

    /// A token, with a request for a certificate whose key stays here.
    record ByToken(JoinToken token, ClusterCa.Asking asking,
        Path dataDirectory) implements JoinCredentials {
        @Override public JoinClusterRequest.Builder show(JoinClusterRequest.Builder request) {
            return request.tokenId(token.id()).tokenSecret(token.secret())
                .certificateRequest(ByteBuffer.wrap(asking.request()));
        }

        @Override public void received(JoinClusterResponse told, NodeIdentity identity)
            throws IOException, Untrusted {
            var name = new NodeName(identity.clusterId(), identity.nodeId(),
                identity.directoryId());
            if (!identity.clusterId().equals(token.clusterId())) {
                throw new Untrusted("the other side answers for cluster " + identity.clusterId()
                    + ", and the join token is for " + token.clusterId());
            }
            TrustDirectory.in(dataDirectory).joined(asking, text(told.certificates()), name,
                token.authority());
        }

        private static String text(@Nullable ByteBuffer pem) {
            return pem == null ? "" : StandardCharsets.US_ASCII.decode(pem.duplicate()).toString();
        }
    }

    /// Keeps the key of the cluster's authority, which a node gets with its vote: it must be that of the
    /// authority which vouches for the node.
    static void inherit(@Nullable ByteBuffer bequest, Path dataDirectory, String clusterId)
        throws IOException, Untrusted {
        if (bequest == null) return;
        var directory = TrustDirectory.in(dataDirectory);
        var authority = ClusterCa.inherited(clusterId, ByToken.text(bequest));
        var known = Fingerprint.of(directory.authorityCertificate());
        if (!Fingerprint.of(authority.credentials().certificate()).equals(known))
            throw new Untrusted("the key that the cluster gave is that of another authority");
        directory.keep(authority);
    }
}

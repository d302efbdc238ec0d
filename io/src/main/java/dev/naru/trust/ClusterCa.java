package dev.naru.trust;

import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The certificate authority of one cluster: it vouches for the cluster's nodes, and for nobody else.
/// Whoever has it can admit nodes.
public record ClusterCa(String clusterId, Credentials credentials) {
    /// Clocks of nodes may differ by this much.
    private static final long SKEW_MS = TimeUnit.HOURS.toMillis(1);
    private static final long AUTHORITY_MS = TimeUnit.DAYS.toMillis(3_653);
    private static final long NODE_MS = TimeUnit.DAYS.toMillis(365);

    /// A new one.
    public static ClusterCa create(String clusterId, long nowMs) throws Untrusted {
        var keys = Issuing.keyPair();
        var span = new Issuing.Span(nowMs - SKEW_MS, nowMs + AUTHORITY_MS);
        return new ClusterCa(clusterId, new Credentials(keys.getPrivate(),
            List.of(Issuing.authority(clusterId, keys, span))));
    }

    /// The certificate of a node that asks for one as [Asking#request] does, and under it that of the
    /// authority. The name is what the caller has found out: nothing of the request but its key is
    /// believed. `hosts` are names and addresses the node is reached by.
    public List<X509Certificate> admit(byte[] request, NodeName node,
        List<String> hosts, long nowMs) throws Untrusted {
        if (!node.clusterId().equals(clusterId)) {
            throw new Untrusted("the node is of cluster " + node.clusterId() + ", not "
                + clusterId);
        }
        return sign(Issuing.requested(request), node, hosts, nowMs);
    }

    /// The same as text (PEM).
    public String admitted(byte[] request, NodeName node, List<String> hosts, long nowMs)
        throws Untrusted {
        return Pem.print(admit(request, node, hosts, nowMs));
    }

    /// The key with the certificate (PEM): whoever has this can admit nodes.
    public String bequest() {
        return credentials.print();
    }

    /// Reads a bequest.
    public static ClusterCa inherited(String clusterId, String bequest) throws Untrusted {
        return new ClusterCa(clusterId, Credentials.read(bequest));
    }

    /// A new key for a node, with its certificate.
    public Credentials issue(NodeName node, List<String> hosts, long nowMs) throws Untrusted {
        var keys = Issuing.keyPair();
        return new Credentials(keys.getPrivate(), sign(keys.getPublic(), node, hosts, nowMs));
    }

    private List<X509Certificate> sign(PublicKey key,
        NodeName node, List<String> hosts, long nowMs) throws Untrusted {
        var authority = credentials.certificate();
        long untilMs = Math.min(nowMs + NODE_MS,
            authority.getNotAfter().toInstant().toEpochMilli());
        if (untilMs <= nowMs) {
            throw new Untrusted("the cluster's certificate has expired on "
                + authority.getNotAfter().toInstant());
        }
        var span = new Issuing.Span(nowMs - SKEW_MS, untilMs);
        return List.of(Issuing.node(credentials, key, node, hosts, span), authority);
    }

    /// A node's request for a certificate, with the key that stays with it.
    public static final class Asking {
        private final KeyPair keys;
        private final byte[] request;

        private Asking(KeyPair keys, byte[] request) {
            this.keys = keys;
            this.request = request;
        }

        /// With a new key.
        public static Asking of(NodeName node) throws Untrusted {
            var keys = Issuing.keyPair();
            return new Asking(keys, Issuing.request(keys, node));
        }

        /// What is sent (PKCS #10).
        public byte[] request() {
            return request.clone();
        }

        /// The key with what was answered.
        Credentials with(List<X509Certificate> chain) throws Untrusted {
            if (!chain.getFirst().getPublicKey().equals(keys.getPublic())) {
                throw new Untrusted("the certificate is for another key");
            }
            return new Credentials(keys.getPrivate(), chain);
        }
    }
}

package dev.naru.trust;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// What the connections of a node to others are made with: what it shows, and whom it believes.
public final class TlsIdentity {
    private static final char[] NO_SECRET = new char[0];

    private final Optional<Credentials> own;
    private final X509ExtendedTrustManager trust;
    private final boolean admitsUnproven;
    private final boolean checksHosts;

    private TlsIdentity(Optional<Credentials> own, X509ExtendedTrustManager trust,
        boolean admitsUnproven, boolean checksHosts) {
        this.own = own;
        this.trust = trust;
        this.admitsUnproven = admitsUnproven;
        this.checksHosts = checksHosts;
    }

    /// Under the cluster's own authority: nodes of the cluster are believed, wherever they are. Who shows
    /// no certificate is let in as nobody, since that is how nodes join.
    public static TlsIdentity ofCluster(Credentials own, X509Certificate authority,
        String clusterId) throws Untrusted {
        return new TlsIdentity(Optional.of(own),
            PeerTrust.of(List.of(authority), false, PeerTrust.nodesOf(clusterId)), true, false);
    }

    /// Under certificates that the operator named: whoever they vouch for is a node of the cluster, at the
    /// host that its certificate names.
    public static TlsIdentity named(Credentials own, List<X509Certificate> trusted,
        boolean checksHosts) throws Untrusted {
        return new TlsIdentity(Optional.of(own), PeerTrust.of(trusted, checksHosts, _ -> {
        }), false, checksHosts);
    }

    /// Of a node that joins: it has nothing to show, and knows its cluster by a fingerprint.
    public static TlsIdentity joining(String clusterId, Fingerprint authority) {
        return new TlsIdentity(Optional.empty(), new PinnedTrust(clusterId, authority), false,
            false);
    }

    /// What this node shows; empty for one that joins.
    public Optional<X509ExtendedKeyManager> keyManager() {
        return own.map(TlsIdentity::keyManager);
    }

    private static X509ExtendedKeyManager keyManager(Credentials own) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("node", own.key(), NO_SECRET,
                own.chain().toArray(X509Certificate[]::new));
            var factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, NO_SECRET);
            return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
        } catch (IOException | GeneralSecurityException broken) {
            throw new IllegalStateException("credentials that were read before", broken);
        }
    }

    public X509ExtendedTrustManager trustManager() {
        return trust;
    }

    /// Whether somebody without a certificate may connect to this node.
    public boolean admitsUnproven() {
        return admitsUnproven;
    }

    /// Whether certificates say which node they are for.
    public boolean namesNodes() {
        return admitsUnproven;
    }

    /// Whether the other side must be at a host that its certificate names.
    public boolean checksHosts() {
        return checksHosts;
    }

    /// Until when others believe this node, in milliseconds of wall time.
    public long expiresAtMs() {
        return own.map(each -> each.certificate().getNotAfter().toInstant().toEpochMilli())
            .orElse(Long.MAX_VALUE);
    }
}

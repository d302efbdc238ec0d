package dev.naru.trust;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Believes certificates that one of its anchors vouches for (PKIX, dates and uses included), if what
/// they say is right, too.
final class PeerTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager path;
    private final boolean checksHosts;
    private final Check check;

    /// Looks at the certificate of the other side, whose path is right.
    interface Check {
        void check(X509Certificate certificate) throws CertificateException;
    }

    private PeerTrust(X509ExtendedTrustManager path, boolean checksHosts, Check check) {
        this.path = path;
        this.checksHosts = checksHosts;
        this.check = check;
    }

    /// `checksHosts` holds who is dialled to the host that its certificate names, where the connection says
    /// that this is to be looked at.
    static PeerTrust of(List<X509Certificate> anchors, boolean checksHosts, Check check)
        throws Untrusted {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int at = 0; at < anchors.size(); at++)
                store.setCertificateEntry("anchor-" + at, anchors.get(at));
            var factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return new PeerTrust((X509ExtendedTrustManager) factory.getTrustManagers()[0],
                checksHosts, check);
        } catch (IOException | GeneralSecurityException failed) {
            throw new Untrusted("the trusted certificates cannot be used", failed);
        }
    }

    /// Nodes of this cluster, and nobody else whom its authority may have vouched for.
    static Check nodesOf(String clusterId) {
        return certificate -> {
            var name = NodeName.of(certificate);
            if (name.isEmpty()) {
                throw new CertificateException("the certificate names no node");
            }
            if (!name.get().clusterId().equals(clusterId)) {
                throw new CertificateException("the certificate is for a node of cluster "
                    + name.get().clusterId());
            }
        };
    }

    @Override public void checkClientTrusted(X509Certificate[] chain, String kind,
        SSLEngine engine) throws CertificateException {
        checkClientTrusted(chain, kind);
    }

    @Override public void checkServerTrusted(X509Certificate[] chain, String kind,
        SSLEngine engine) throws CertificateException {
        checkServerTrusted(chain, kind);
        if (checksHosts) path.checkServerTrusted(chain, kind, engine);
    }

    @Override public void checkClientTrusted(X509Certificate[] chain, String kind,
        Socket socket) throws CertificateException {
        checkClientTrusted(chain, kind);
    }

    @Override public void checkServerTrusted(X509Certificate[] chain, String kind,
        Socket socket) throws CertificateException {
        checkServerTrusted(chain, kind);
        if (checksHosts) path.checkServerTrusted(chain, kind, socket);
    }

    @Override public void checkClientTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
        checkDates(chain);
        path.checkClientTrusted(chain, kind);
        check.check(chain[0]);
    }

    @Override public void checkServerTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
        checkDates(chain);
        path.checkServerTrusted(chain, kind);
        check.check(chain[0]);
    }

    @Override public X509Certificate[] getAcceptedIssuers() {
        return path.getAcceptedIssuers();
    }

    /// Said first, since a path that is not valid says only that.
    private static void checkDates(X509Certificate[] chain) throws CertificateException {
        try {
            chain[0].checkValidity();
        } catch (CertificateExpiredException expired) {
            throw new CertificateException("the certificate has expired on "
                + chain[0].getNotAfter().toInstant(), expired);
        } catch (CertificateNotYetValidException early) {
            throw new CertificateException("the certificate is not valid before "
                + chain[0].getNotBefore().toInstant() + ": the clocks differ", early);
        }
    }
}

package dev.naru.trust;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Believes a cluster of whose authority only the fingerprint is known: what the other side shows must
/// end in a certificate with that fingerprint, and be right under it.
final class PinnedTrust extends X509ExtendedTrustManager {
    private final String clusterId;
    private final Fingerprint authority;

    PinnedTrust(String clusterId, Fingerprint authority) {
        this.clusterId = clusterId;
        this.authority = authority;
    }

    @Override public void checkServerTrusted(X509Certificate[] chain, String kind,
        SSLEngine engine) throws CertificateException {
        trust(chain).checkServerTrusted(chain, kind, engine);
    }

    @Override public void checkServerTrusted(X509Certificate[] chain, String kind,
        Socket socket) throws CertificateException {
        trust(chain).checkServerTrusted(chain, kind, socket);
    }

    @Override public void checkServerTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
        trust(chain).checkServerTrusted(chain, kind);
    }

    private PeerTrust trust(X509Certificate[] chain) throws CertificateException {
        var last = chain[chain.length - 1];
        if (!Fingerprint.of(last).equals(authority)) {
            throw new CertificateException(
                "the other side is not of the cluster that the token is for");
        }
        try {
            return PeerTrust.of(List.of(last), false, PeerTrust.nodesOf(clusterId));
        } catch (Untrusted unusable) {
            throw new CertificateException(unusable.getMessage(), unusable);
        }
    }

    @Override public void checkClientTrusted(X509Certificate[] chain, String kind,
        SSLEngine engine) throws CertificateException {
        throw noClients();
    }

    @Override public void checkClientTrusted(X509Certificate[] chain, String kind,
        Socket socket) throws CertificateException {
        throw noClients();
    }

    @Override public void checkClientTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
        throw noClients();
    }

    private static CertificateException noClients() {
        return new CertificateException("a node that joins listens to nobody");
    }

    @Override public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

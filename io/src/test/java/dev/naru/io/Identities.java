package dev.naru.io;

import dev.naru.base.Uuid;
import dev.naru.trust.ClusterCa;
import dev.naru.trust.Credentials;
import dev.naru.trust.NodeName;
import dev.naru.trust.TlsIdentity;
import dev.naru.trust.Untrusted;
import java.util.List;

/// Nodes of one cluster, and of another one, as tests need them.
final class Identities {
    static final String CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";
    private static final long DAY_MS = 24L * 3_600_000;
    private static final ClusterCa CA = authority(System.currentTimeMillis());
    private static final ClusterCa OTHER = authority(System.currentTimeMillis());

    private Identities() {}

    static TlsIdentity node(int nodeId) {
        return ofCluster(credentials(nodeId));
    }

    static Credentials credentials(int nodeId) {
        return issued(CA, nodeId, System.currentTimeMillis());
    }

    /// Of a cluster that calls itself the same, under an authority of its own.
    static TlsIdentity stranger() {
        try {
            return TlsIdentity.ofCluster(issued(OTHER, 1, System.currentTimeMillis()),
                OTHER.credentials().certificate(), CLUSTER);
        } catch (Untrusted failed) {
            throw new AssertionError(failed);
        }
    }

    /// The same, which believes the cluster.
    static TlsIdentity credulousStranger() {
        return ofCluster(issued(OTHER, 1, System.currentTimeMillis()));
    }

    /// Whose certificate ended two days ago.
    static TlsIdentity expired() {
        return ofCluster(issued(CA, 1, System.currentTimeMillis() - 367 * DAY_MS));
    }

    static ClusterCa authority() {
        return CA;
    }

    private static TlsIdentity ofCluster(Credentials own) {
        try {
            return TlsIdentity.ofCluster(own, CA.credentials().certificate(), CLUSTER);
        } catch (Untrusted failed) {
            throw new AssertionError(failed);
        }
    }

    private static Credentials issued(ClusterCa authority, int nodeId, long nowMs) {
        try {
            var name = new NodeName(CLUSTER, nodeId, new Uuid(7, nodeId));
            return authority.issue(name, List.of("127.0.0.1"), nowMs);
        } catch (Untrusted failed) {
            throw new AssertionError(failed);
        }
    }

    private static ClusterCa authority(long nowMs) {
        try {
            return ClusterCa.create(CLUSTER, nowMs);
        } catch (Untrusted failed) {
            throw new AssertionError(failed);
        }
    }
}

package dev.naru.server;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.base.Net;
import dev.naru.broker.Admission;
import dev.naru.metadata.JoinToken.Proof;
import dev.naru.trust.ClusterCa;
import dev.naru.trust.Fingerprint;
import dev.naru.trust.JoinToken;
import dev.naru.trust.NodeName;
import dev.naru.trust.TrustDirectory;
import dev.naru.trust.Untrusted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/// Nodes join under the cluster's own authority: the first time with a token, and after that with the
/// certificate that they got for it. Files and keys are touched on threads that may wait.
final class TokenAdmission implements Admission {
    private final String clusterId;
    private final TrustDirectory trust;
    private final Fingerprint authority;
    private final Clock clock;

    TokenAdmission(String clusterId, TrustDirectory trust, Clock clock)
        throws IOException, Untrusted {
        this.clusterId = clusterId;
        this.trust = trust;
        this.authority = Fingerprint.of(trust.authorityCertificate());
        this.clock = clock;
    }

    @Override public Verdict check(Applicant applicant) {
        var claim = applicant.claim();
        if (claim.isListening()) {
            var named = new Net.Member(claim.nodeId(), claim.directoryId());
            return applicant.arrival().member().filter(named::equals).isPresent()
                ? Verdict.MAY
                : refuse("A node takes its seat with the certificate that names it.");
        }
        if (applicant.token().isEmpty() || applicant.certificateRequest().isEmpty()) {
            return refuse("The nodes of this cluster speak TLS: one joins with a token, which naru"
                + " cluster token prints.");
        }
        var token = applicant.token().get();
        return new Verdict.May(
            Optional.of(new Proof(token.id(), JoinToken.hash(token.secret()))));
    }

    private static Verdict refuse(String message) {
        return new Verdict.No(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, message);
    }

    @Override public void certify(int nodeId, Applicant applicant, Consumer<Certified> told) {
        Thread.ofVirtual().name("naru-certify")
            .start(() -> told.accept(certified(nodeId, applicant)));
    }

    private Certified certified(int nodeId, Applicant applicant) {
        try {
            var held = trust.authority(clusterId);
            if (held.isEmpty()) return new Certified.Elsewhere();
            var asked = applicant.certificateRequest().orElseThrow().duplicate();
            var request = new byte[asked.remaining()];
            asked.get(request);
            var node = new NodeName(clusterId, nodeId, applicant.claim().directoryId());
            var chain = held.get().admitted(request, node, applicant.names(), clock.wallMs());
            return new Certified.Given(new Certificates(Optional.of(bytes(chain)),
                Optional.empty()));
        } catch (IOException | Untrusted failed) {
            return new Certified.Not(String.valueOf(failed.getMessage()));
        }
    }

    @Override public void bequeath(Consumer<Optional<ByteBuffer>> told) {
        Thread.ofVirtual().name("naru-bequeath").start(() -> told.accept(bequest()));
    }

    /// Without the key here the node has its vote and no key: others have it.
    private Optional<ByteBuffer> bequest() {
        try {
            return trust.authority(clusterId).map(ClusterCa::bequest).map(TokenAdmission::bytes);
        } catch (IOException | Untrusted unreadable) {
            return Optional.empty();
        }
    }

    private static ByteBuffer bytes(String pem) {
        return ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII));
    }

    @Override public Optional<String> authority() {
        return Optional.of(authority.toString());
    }
}

package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Who may join the cluster, and what a node is given that does. Asked on the control loop of the node that
/// the joiner has turned to; answers there, now or later.
public interface Admission {
    /// There are no tokens: who comes from this machine may join, nobody else.
    Admission LOOPBACK_ONLY = new Admission() {
        @Override public void check(Applicant applicant, Consumer<Optional<Refusal>> verdict) {
            verdict.accept(isLoopback(applicant.host())
                ? Optional.empty()
                : Optional.of(new Refusal(ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
                    "Without tokens a node may join from the same machine only.")));
        }

        @Override public void certify(int nodeId, Applicant applicant,
            Consumer<Certificates> given) {
            given.accept(Certificates.NONE);
        }
    };

    /// Whether this one may have a place; empty when it may.
    void check(Applicant applicant, Consumer<Optional<Refusal>> verdict);

    /// What the node is given that was admitted as `nodeId`.
    void certify(int nodeId, Applicant applicant, Consumer<Certificates> given);

    private static boolean isLoopback(String host) {
        return host.startsWith("127.") || host.equals("::1") || host.equals("0:0:0:0:0:0:0:1");
    }

    /// A node that asks. `host` is where it comes from, `names` the hosts under which it is to be reached.
    /// The buffers may be kept.
    record Applicant(String host, Uuid directoryId, List<String> names, Optional<Token> token,
        Optional<ByteBuffer> certificateRequest) {}

    /// What an operator gave the node, so that it may join.
    record Token(String id, ByteBuffer secret) {}

    /// The message is for the operator of the joining node.
    record Refusal(ErrorCode why, String message) {}

    /// PEM: the node's own certificate with those above it, and the cluster's authority.
    record Certificates(Optional<ByteBuffer> own, Optional<ByteBuffer> authority) {
        public static final Certificates NONE = new Certificates(Optional.empty(),
            Optional.empty());
    }
}

package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Net;
import dev.naru.base.Uuid;
import dev.naru.metadata.JoinToken;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Who may join the cluster, and what a node is given that does. Asked on the loop of the joiner's
/// connection and on the control loop.
public interface Admission {
    /// Nodes talk in plaintext: who comes from this machine may join, nobody else.
    Admission LOOPBACK_ONLY = new Admission() {
        @Override public Verdict check(Applicant applicant) {
            return isLoopback(applicant.host())
                ? Verdict.MAY
                : new Verdict.No(ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
                    "The nodes of this cluster talk in plaintext: others join from the same machine"
                        + " only.");
        }
    };

    /// Nodes know each other by certificates that the operator made: who has one may join.
    Admission PROVEN = new Admission() {
        @Override public Verdict check(Applicant applicant) {
            return applicant.isPeer()
                ? Verdict.MAY
                : new Verdict.No(ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
                    "A node joins with a certificate that this cluster trusts.");
        }
    };

    /// Whether this one may have a place.
    Verdict check(Applicant applicant);

    /// What the node is given that was admitted as `nodeId`; told once, on any thread.
    default void certify(int nodeId, Applicant applicant, Consumer<Certified> told) {
        told.accept(new Certified.Given(Certificates.NONE));
    }

    /// The key of the cluster's authority, for a node that got a vote; told once, on any thread. Empty
    /// where there is none.
    default void bequeath(Consumer<Optional<ByteBuffer>> told) {
        told.accept(Optional.empty());
    }

    /// The fingerprint of the authority that vouches for nodes which come with a token, in hexadecimal
    /// digits; empty where there are no tokens.
    default Optional<String> authority() {
        return Optional.empty();
    }

    private static boolean isLoopback(String host) {
        return host.startsWith("127.") || host.equals("::1") || host.equals("0:0:0:0:0:0:0:1");
    }

    /// A node that asks: who it says it is and who it has proved to be. `host` is where it comes from,
    /// `names` the hosts under which it is to be reached. The buffers may be kept.
    record Applicant(Arrival arrival, String host, Claim claim, List<String> names,
        Optional<Token> token, Optional<ByteBuffer> certificateRequest) {
        /// Whether it is believed to be a node.
        public boolean isPeer() {
            return arrival.isPeer();
        }
    }

    /// As whom it came.
    record Arrival(boolean isPeer, Optional<Net.Member> member) {}

    /// The id it would have (-1 for any), its directory, and whether it listens for the quorum already.
    record Claim(int nodeId, Uuid directoryId, boolean isListening) {}

    /// What an operator gave the node, so that it may join.
    record Token(String id, ByteBuffer secret) {}

    /// What comes of a check. The messages are for the operator of the joining node.
    sealed interface Verdict {
        /// It may, without a token.
        Verdict MAY = new May(Optional.empty());

        /// It may, if the controller finds the token good.
        record May(Optional<JoinToken.Proof> token) implements Verdict {}

        record No(ErrorCode why, String message) implements Verdict {}
    }

    /// What comes of asking for certificates.
    sealed interface Certified {
        record Given(Certificates certificates) implements Certified {}

        /// The authority's key is on other nodes.
        record Elsewhere() implements Certified {}

        record Not(String message) implements Certified {}
    }

    /// PEM: the node's own certificate with those above it, and the cluster's authority.
    record Certificates(Optional<ByteBuffer> own, Optional<ByteBuffer> authority) {
        public static final Certificates NONE = new Certificates(Optional.empty(),
            Optional.empty());
    }
}

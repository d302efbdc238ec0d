package dev.naru.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// What a node shows to join a cluster, and where it keeps what it is given for it.
interface JoinCredentials {
    /// Nothing: enough on the same machine.
    JoinCredentials NONE = new JoinCredentials() {
        @Override public Optional<String> tokenId() {
            return Optional.empty();
        }

        @Override public Optional<ByteBuffer> tokenSecret() {
            return Optional.empty();
        }

        @Override public Optional<ByteBuffer> certificateRequest() {
            return Optional.empty();
        }

        @Override public void received(Optional<ByteBuffer> own, Optional<ByteBuffer> authority) {
            // there is nothing to keep
        }
    };

    Optional<String> tokenId();

    Optional<ByteBuffer> tokenSecret();

    /// PKCS #10; the key stays here.
    Optional<ByteBuffer> certificateRequest();

    /// The node is admitted, and was given these (PEM). They last when this returns.
    void received(Optional<ByteBuffer> own, Optional<ByteBuffer> authority) throws IOException;
}

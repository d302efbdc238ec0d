package dev.naru.metadata;

import dev.naru.base.Uuid;

/// What the cluster keeps of a token that lets one node join: a hash of its secret, never the secret.
///
/// @param secretHash SHA-256 of the secret, as 64 hexadecimal digits
/// @param expiresAtMs when it ends, in wall time of the controller that issued it
/// @param usedBy the data directory that joined with it, zero while there is none
public record JoinToken(String tokenId, String secretHash, long expiresAtMs, Uuid usedBy) {

    boolean isUsed() {
        return !usedBy.isZero();
    }

    boolean isExpired(long nowMs) {
        return nowMs >= expiresAtMs;
    }

    JoinToken usedBy(Uuid directoryId) {
        return new JoinToken(tokenId, secretHash, expiresAtMs, directoryId);
    }

    /// What a node shows of its token: nodes hand on a hash of the secret, too.
    public record Proof(String tokenId, String secretHash) {}
}

package dev.naru.metadata;

import dev.naru.metadata.ClusterRecord.JoinTokenChanged;
import dev.naru.metadata.ClusterRecord.JoinTokenIssued;
import dev.naru.metadata.ClusterRecord.JoinTokenRemoved;
import dev.naru.metadata.ClusterRecord.JoinTokenUsed;

/// Facts about join tokens as bytes.
final class JoinTokenCodec {
    static final int ISSUED = 41;
    static final int USED = 42;
    static final int REMOVED = 43;

    private JoinTokenCodec() {}

    /// Writes the body; returns the kind.
    static int write(JoinTokenChanged fact, FactWriter out) {
        out.string(fact.tokenId());
        return switch (fact) {
            case JoinTokenIssued issued -> {
                out.string(issued.secretHash());
                out.signed(issued.expiresAtMs());
                yield ISSUED;
            }
            case JoinTokenUsed used -> {
                out.uuid(used.directoryId());
                yield USED;
            }
            case JoinTokenRemoved _ -> REMOVED;
        };
    }
}

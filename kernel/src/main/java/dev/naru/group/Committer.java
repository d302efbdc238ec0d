package dev.naru.group;

import org.jspecify.annotations.Nullable;

/// Who commits offsets: a member with its generation or member epoch, or, with an epoch below zero
/// and no name, somebody outside the group. `version` is that of the request.
public record Committer(String memberId, @Nullable String instanceId, int epoch, short version,
    boolean isTransactional) {
    /// From here on the answer to a commit can say that there is no such group, and that a member
    /// epoch is stale.
    static final short KNOWS_NEWER_ERRORS = 9;

    /// Says who it is, in any way.
    boolean hasIdentity() {
        return epoch >= 0 || !memberId.isEmpty() || instanceId != null;
    }

    boolean knowsNewerErrors() {
        return version >= KNOWS_NEWER_ERRORS;
    }
}

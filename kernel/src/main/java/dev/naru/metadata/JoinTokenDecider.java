package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer.Failed;
import dev.naru.metadata.ClusterRecord.JoinTokenIssued;
import dev.naru.metadata.ClusterRecord.JoinTokenRemoved;
import dev.naru.metadata.ClusterRecord.JoinTokenUsed;
import dev.naru.metadata.ClusterRequest.IssueJoinToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides which tokens there are for nodes to join with, and what one of them is good for. A token
/// that has ended is remembered for a day, to be named when somebody still comes with it; every
/// decision about tokens forgets the older ones.
final class JoinTokenDecider {
    private static final long DAY_MS = 24L * 3_600_000;
    private static final long REMEMBERED_MS = DAY_MS;
    private static final long TTL_MS_MAX = 7 * DAY_MS;
    private static final int HASH_DIGITS = 64;
    private static final int ID_LENGTH_MAX = 64;

    private JoinTokenDecider() {}

    static Decided issue(ClusterImage image, IssueJoinToken request, long nowMs) {
        var problem = problem(image, request, nowMs);
        if (problem.isPresent()) return Decided.only(problem.get());
        var facts = new ArrayList<>(forgotten(image, nowMs));
        long expiresAtMs = nowMs + request.ttlMs();
        facts.add(new JoinTokenIssued(request.tokenId(), request.secretHash(), expiresAtMs));
        return new Decided(facts,
            new ClusterAnswer.JoinTokenGiven(image.clusterId(), "", expiresAtMs));
    }

    private static Optional<Failed> problem(ClusterImage image, IssueJoinToken request,
        long nowMs) {
        boolean isWellFormed = !request.tokenId().isEmpty()
            && request.tokenId().length() <= ID_LENGTH_MAX
            && request.secretHash().length() == HASH_DIGITS;
        if (!isWellFormed)
            return refused(ErrorCode.INVALID_REQUEST, "A token has an id and a hashed secret.");
        if (request.ttlMs() <= 0 || request.ttlMs() > TTL_MS_MAX) {
            return refused(ErrorCode.INVALID_REQUEST,
                "A token lasts from a moment to seven days.");
        }
        if (image.joinTokens().containsKey(request.tokenId()))
            return refused(ErrorCode.INVALID_REQUEST, "There is a token with this id.");
        int known = image.joinTokens().size() - forgotten(image, nowMs).size();
        return known >= Limits.JOIN_TOKENS_MAX
            ? refused(ErrorCode.THROTTLING_QUOTA_EXCEEDED, "There are " + known
                + " join tokens; each is forgotten a day after its end.")
            : Optional.empty();
    }

    /// What follows when a directory comes with a token: facts, or why it may not join. It may come
    /// again: a node that was stopped on its way asks once more.
    static Use use(ClusterImage image, JoinToken.Proof proof, Uuid directoryId, long nowMs) {
        var known = Optional.ofNullable(image.joinTokens().get(proof.tokenId()));
        if (known.isEmpty()) {
            return refuse("The cluster has no such join token, or has forgotten it a day after its"
                + " end: make a new one with naru cluster token.");
        }
        var token = known.get();
        if (!isRight(token, proof)) return refuse("The secret of the join token is wrong.");
        if (token.isUsed() && !token.usedBy().equals(directoryId)) {
            return refuse("The join token was used by another node" + user(image, token)
                + "; each node needs one of its own.");
        }
        if (token.isExpired(nowMs)) {
            return refuse("The join token has expired at "
                + Instant.ofEpochMilli(token.expiresAtMs())
                + ": make a new one with naru cluster token.");
        }
        var facts = new ArrayList<>(forgotten(image, nowMs));
        if (!token.isUsed()) facts.add(new JoinTokenUsed(token.tokenId(), directoryId));
        return new Use.May(facts);
    }

    /// Without telling by the time it takes how much of it is right.
    private static boolean isRight(JoinToken token, JoinToken.Proof proof) {
        return MessageDigest.isEqual(token.secretHash().getBytes(StandardCharsets.UTF_8),
            proof.secretHash().getBytes(StandardCharsets.UTF_8));
    }

    private static String user(ClusterImage image, JoinToken token) {
        return image.nodes().values().stream()
            .filter(node -> node.directoryId().equals(token.usedBy())).findFirst()
            .map(node -> ", node " + node.nodeId()).orElse("");
    }

    private static List<ClusterRecord> forgotten(ClusterImage image, long nowMs) {
        return image.joinTokens().values().stream()
            .filter(token -> token.isExpired(nowMs - REMEMBERED_MS))
            .<ClusterRecord>map(token -> new JoinTokenRemoved(token.tokenId())).toList();
    }

    private static Optional<Failed> refused(ErrorCode why, String message) {
        return Optional.of(new Failed(why, message));
    }

    private static Use refuse(String message) {
        return new Use.No(new Failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, message));
    }

    /// What comes of a token that was shown.
    sealed interface Use {
        /// These facts go into the batch that admits the node.
        record May(List<ClusterRecord> facts) implements Use {}

        record No(Failed why) implements Use {}
    }
}

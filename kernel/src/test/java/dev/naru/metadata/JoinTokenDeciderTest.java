package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer.Failed;
import dev.naru.metadata.ClusterAnswer.JoinTokenGiven;
import dev.naru.metadata.ClusterAnswer.NodeAdmitted;
import dev.naru.metadata.ClusterRecord.JoinTokenIssued;
import dev.naru.metadata.ClusterRecord.JoinTokenRemoved;
import dev.naru.metadata.ClusterRecord.JoinTokenUsed;
import dev.naru.metadata.ClusterRecord.NodeRegistered;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JoinTokenDeciderTest {
    private static final long HOUR_MS = 3_600_000;
    private static final String HASH = "ab".repeat(32);
    private static final String OTHER_HASH = "cd".repeat(32);

    private final ClusterModel model = new ClusterModel();

    private ClusterAnswer issue(String tokenId) {
        return model.ask(new ClusterRequest.IssueJoinToken(tokenId, HASH, HOUR_MS));
    }

    private ClusterAnswer join(String tokenId, String hash, long directory) {
        return model.ask(new ClusterRequest.AdmitNode(-1, new Uuid(7, directory), List.of(), "",
            Optional.of(new JoinToken.Proof(tokenId, hash))));
    }

    private static void assertRefused(ClusterAnswer answer, String why) {
        assertThat(answer).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.why()).isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
            assertThat(failed.message()).contains(why);
        });
    }

    @Test void a_token_is_kept_as_a_hash_until_an_hour_from_now() {
        model.wallMs = 5;
        assertThat(issue("t")).isEqualTo(new JoinTokenGiven("", "", HOUR_MS + 5));
        assertThat(model.lastFacts).containsExactly(new JoinTokenIssued("t", HASH, HOUR_MS + 5));
    }

    @Test void the_mark_and_the_admission_are_one_batch() {
        model.start(1, true);
        issue("t");
        assertThat(join("t", HASH, 70)).isEqualTo(new NodeAdmitted(2));
        assertThat(model.lastFacts).hasExactlyElementsOfTypes(JoinTokenUsed.class,
            NodeRegistered.class);
    }

    @Test void a_node_that_was_stopped_on_its_way_asks_again_with_its_token() {
        issue("t");
        join("t", HASH, 70);
        assertThat(join("t", HASH, 70)).isEqualTo(new NodeAdmitted(1));
        assertThat(model.lastFacts).isEmpty();
    }

    @Test void a_token_that_another_node_used_says_which() {
        issue("t");
        join("t", HASH, 70);
        assertRefused(join("t", HASH, 71), "was used by another node, node 1;");
        assertThat(model.image.nodes()).hasSize(1);
    }

    @Test void a_wrong_secret_an_unknown_id_and_an_end_are_named_and_admit_nobody() {
        issue("t");
        assertRefused(join("t", OTHER_HASH, 70), "secret of the join token is wrong");
        assertRefused(join("u", HASH, 70), "no such join token");
        model.wallMs = HOUR_MS;
        assertRefused(join("t", HASH, 70), "expired at 1970-01-01T01:00:00Z");
        assertThat(model.image.nodes()).isEmpty();
    }

    @Test void a_token_lasts_to_its_last_millisecond() {
        issue("t");
        model.wallMs = HOUR_MS - 1;
        assertThat(join("t", HASH, 70)).isEqualTo(new NodeAdmitted(1));
    }

    @Test void a_refused_admission_leaves_the_token_unused() {
        model.everybodyIsLive = true;
        long epoch = model.start(1, true);
        issue("t");
        var taken = model.ask(new ClusterRequest.AdmitNode(1, new Uuid(7, 70), List.of(), "",
            Optional.of(new JoinToken.Proof("t", HASH))));
        assertThat(taken).isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.why())
            .isEqualTo(ErrorCode.DUPLICATE_BROKER_REGISTRATION));
        assertThat(model.lastFacts).isEmpty();
        assertThat(model.epoch(1)).isEqualTo(epoch);
        assertThat(join("t", HASH, 71)).isEqualTo(new NodeAdmitted(2));
    }

    @Test void nobody_is_given_the_name_of_a_node_that_is_at_work() {
        model.everybodyIsLive = true;
        model.start(1, true);
        issue("t");
        assertThat(join("t", HASH, 1)).isInstanceOfSatisfying(Failed.class,
            failed -> assertThat(failed.why())
                .isEqualTo(ErrorCode.DUPLICATE_BROKER_REGISTRATION));
        model.everybodyIsLive = false;
        assertThat(join("t", HASH, 1)).isEqualTo(new NodeAdmitted(1));
    }

    @Test void what_ended_is_forgotten_a_day_later_by_the_next_decision() {
        issue("t");
        model.wallMs = 25 * HOUR_MS - 1;
        issue("u");
        assertThat(model.image.joinTokens()).containsOnlyKeys("t", "u");
        model.wallMs++;
        issue("v");
        assertThat(model.lastFacts).contains(new JoinTokenRemoved("t"));
        assertThat(model.image.joinTokens()).containsOnlyKeys("u", "v");
    }

    @Test void as_many_are_kept_as_the_limit_says_and_no_more() {
        for (int i = 0; i < Limits.JOIN_TOKENS_MAX; i++)
            assertThat(issue("t" + i)).isInstanceOf(JoinTokenGiven.class);
        assertThat(issue("more")).isInstanceOfSatisfying(Failed.class,
            failed -> assertThat(failed.why()).isEqualTo(ErrorCode.THROTTLING_QUOTA_EXCEEDED));
        model.wallMs = 25 * HOUR_MS;
        assertThat(issue("more")).isInstanceOf(JoinTokenGiven.class);
        assertThat(model.image.joinTokens()).containsOnlyKeys("more");
    }

    @Test void what_is_no_token_is_refused() {
        for (var odd : List.of(new ClusterRequest.IssueJoinToken("", HASH, 1),
            new ClusterRequest.IssueJoinToken("t", "ab", 1),
            new ClusterRequest.IssueJoinToken("t".repeat(65), HASH, 1),
            new ClusterRequest.IssueJoinToken("t", HASH, 0),
            new ClusterRequest.IssueJoinToken("t", HASH, 7 * 24 * HOUR_MS + 1))) {
            assertThat(model.ask(odd)).isInstanceOfSatisfying(Failed.class,
                failed -> assertThat(failed.why()).isEqualTo(ErrorCode.INVALID_REQUEST));
        }
        issue("t");
        assertThat(issue("t")).isInstanceOf(Failed.class);
    }

    @Test void a_snapshot_holds_them_and_their_marks() {
        issue("t");
        issue("u");
        join("t", HASH, 70);
        var facts = new ArrayList<ClusterRecord>();
        model.image.facts().forEachRemaining(facts::add);
        assertThat(Fixtures.after(ClusterImage.EMPTY, facts).joinTokens())
            .isEqualTo(model.image.joinTokens());
    }
}

package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.metadata.QuorumChange.AddObserver;
import dev.naru.metadata.QuorumChange.AddVoter;
import dev.naru.metadata.QuorumChange.Forget;
import dev.naru.metadata.QuorumChange.RemoveVoter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuorumChangeTest {
    private static final long GONE_MS = QuorumChange.LIVE_AGE_MS_MAX + 1;

    @Test void a_node_has_one_vote_whatever_directories_it_had() {
        var quorum = quorum(0, 0, 0);
        assertThat(why(quorum, new AddVoter(2, directory(2), "h", 1)))
            .isEqualTo(ErrorCode.DUPLICATE_VOTER);
        assertThat(why(quorum, new AddVoter(2, directory(9), "h", 1)))
            .isEqualTo(ErrorCode.DUPLICATE_VOTER);
        assertThat(why(quorum, new AddObserver(2, directory(9), "h", 1)))
            .isEqualTo(ErrorCode.DUPLICATE_VOTER);
        assertThat(why(quorum, new AddVoter(4, directory(4), "h", 1))).isEqualTo(ErrorCode.NONE);
    }

    @Test void who_is_added_says_where_it_is() {
        assertThat(why(quorum(0), new AddVoter(4, directory(4), "", 1)))
            .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(why(quorum(0), new AddVoter(4, directory(4), "h", 0)))
            .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test void a_voter_is_removed_with_the_directory_that_has_the_vote() {
        assertThat(why(quorum(0, 0, 0), new RemoveVoter(3, directory(9))))
            .isEqualTo(ErrorCode.VOTER_NOT_FOUND);
        assertThat(why(quorum(0, 0, 0), new RemoveVoter(3, directory(3))))
            .isEqualTo(ErrorCode.NONE);
    }

    @Test void most_of_those_who_are_left_can_be_reached() {
        assertThat(why(quorum(0), new RemoveVoter(1, directory(1))))
            .isEqualTo(ErrorCode.INVALID_REQUEST);
        // 1 would be left with 3, which nobody has heard of
        assertThat(why(quorum(0, 0, GONE_MS), new RemoveVoter(2, directory(2))))
            .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(why(quorum(0, 0, Quorum.UNKNOWN), new Forget(2, directory(2))))
            .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(why(quorum(0, 0, GONE_MS), new RemoveVoter(3, directory(3))))
            .isEqualTo(ErrorCode.NONE);
    }

    private static ErrorCode why(Quorum quorum, QuorumChange change) {
        return QuorumChange.refusal(quorum, change).map(ClusterAnswer.Failed::why)
            .orElse(ErrorCode.NONE);
    }

    /// Voters 1, 2, ... that were heard of so long ago; 1 leads.
    private static Quorum quorum(long... agesMs) {
        var voters = new ArrayList<Quorum.Member>();
        for (int at = 0; at < agesMs.length; at++)
            voters.add(new Quorum.Member(at + 1, directory(at + 1), 7, agesMs[at], agesMs[at]));
        return new Quorum(1, 3, 7, voters, List.of());
    }

    private static Uuid directory(int nodeId) {
        return new Uuid(5, nodeId);
    }
}

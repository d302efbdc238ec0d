package dev.naru.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.metadata.Quorum;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is said of the quorum is true.
@Timeout(120)
final class QuorumPictureTest {
    @Test void the_leader_says_how_far_each_voter_is() throws IOException {
        try (var yard = new RatisYard(3)) {
            var nodes = List.of(new Recorder(yard, 1), new Recorder(yard, 2),
                new Recorder(yard, 3));
            yard.until(() -> nodes.stream().anyMatch(Recorder::isLeading));
            var leader = nodes.stream().filter(Recorder::isLeading).findFirst().orElseThrow();
            leader.commit(5);
            yard.until(() -> leader.quorum().voters().stream().allMatch(
                voter -> voter.lastIndex() >= leader.lastIndex() && voter.caughtUpAgeMs() >= 0));
            var seen = leader.quorum();
            assertEquals(nodes.indexOf(leader) + 1, seen.leaderId());
            assertEquals(leader.epoch(), seen.leaderEpoch());
            assertTrue(seen.committedIndex() >= leader.lastIndex());
            assertEquals(List.of(1, 2, 3), ids(seen.voters()));
            for (var voter : seen.voters())
                assertEquals(yard.voter(voter.nodeId()).directoryId(), voter.directoryId());
            for (var node : nodes)
                yard.until(() -> node.quorum().leaderId() == seen.leaderId());
        }
    }

    private static List<Integer> ids(List<Quorum.Member> members) {
        return members.stream().map(Quorum.Member::nodeId).toList();
    }
}

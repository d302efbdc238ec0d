package dev.naru.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.Quorum;
import dev.naru.metadata.QuorumChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Members come and go while the quorum works.
@Timeout(180)
final class QuorumMembersTest {
    @Test void one_becomes_three_and_any_of_them_may_go() throws IOException {
        try (var yard = new RatisYard(3, 1, ForcedDirectories.Forcing.REAL)) {
            var nodes = boot(yard, 1, 2, 3);
            leader(yard, nodes).commit(1);
            change(yard, nodes, vote(yard, 2));
            leader(yard, nodes).commit(2);
            change(yard, nodes, vote(yard, 3));
            leader(yard, nodes).commit(3);
            for (var node : nodes)
                yard.until(() -> node.values().equals(List.of(1L, 2L, 3L)));
            assertEquals(List.of(1, 2, 3), ids(leader(yard, nodes).quorum().voters()));
            var gone = leader(yard, nodes);
            yard.kill(nodes.indexOf(gone) + 1);
            var rest = nodes.stream().filter(node -> node != gone).toList();
            leader(yard, rest).commit(4);
            for (var node : rest)
                yard.until(() -> node.values().contains(4L));
        }
    }

    @Test void who_was_added_is_a_member_after_a_restart_of_all() throws IOException {
        try (var yard = new RatisYard(3, 1, ForcedDirectories.Forcing.REAL)) {
            var nodes = boot(yard, 1, 2, 3);
            change(yard, nodes, vote(yard, 2));
            change(yard, nodes, vote(yard, 3));
            leader(yard, nodes).commit(5);
            yard.killAll();
            // without the first, whose settings alone name a voter
            var rest = boot(yard, 2, 3);
            leader(yard, rest).commit(6);
            assertEquals(List.of(1, 2, 3), ids(leader(yard, rest).quorum().voters()));
        }
    }

    @Test void an_observer_follows_without_a_vote_and_may_be_given_one() throws IOException {
        try (var yard = new RatisYard(4, 3, ForcedDirectories.Forcing.REAL)) {
            var nodes = boot(yard, 1, 2, 3, 4);
            change(yard, nodes, observe(yard, 4));
            leader(yard, nodes).commit(7);
            hears(yard, nodes.get(3), 7L);
            var seen = leader(yard, nodes).quorum();
            assertEquals(List.of(1, 2, 3), ids(seen.voters()));
            assertEquals(List.of(4), ids(seen.observers()));
            change(yard, nodes, vote(yard, 4));
            leader(yard, nodes).commit(8);
            hears(yard, nodes.get(3), 8L);
            assertEquals(List.of(1, 2, 3, 4), ids(leader(yard, nodes).quorum().voters()));
        }
    }

    @Test void a_voter_that_is_removed_goes_on_as_an_observer_and_never_leads() throws IOException {
        try (var yard = new RatisYard(3)) {
            var nodes = boot(yard, 1, 2, 3);
            for (int round = 0; round < 2; round++) {
                var leader = leader(yard, nodes);
                int other = nodes.indexOf(leader) == 2 ? 2 : 3;
                change(yard, nodes, out(yard, other));
                leader(yard, nodes).commit(9 + round);
                long value = 9L + round;
                hears(yard, nodes.get(other - 1), value);
                assertEquals(List.of(other), ids(leader(yard, nodes).quorum().observers()));
                assertEquals("", nodes.get(other - 1).failure());
                change(yard, nodes, vote(yard, other));
            }
            assertEquals(List.of(1, 2, 3), ids(leader(yard, nodes).quorum().voters()));
        }
    }

    @Test void a_leader_that_is_removed_hands_over_first() throws IOException {
        try (var yard = new RatisYard(3)) {
            var nodes = boot(yard, 1, 2, 3);
            int first = nodes.indexOf(leader(yard, nodes)) + 1;
            change(yard, nodes, out(yard, first));
            leader(yard, nodes).commit(11);
            hears(yard, nodes.get(first - 1), 11L);
            assertEquals(List.of(first), ids(leader(yard, nodes).quorum().observers()));
            assertEquals("", nodes.get(first - 1).failure());
        }
    }

    @Test void an_emptied_directory_does_not_answer_for_the_voter_that_it_was() throws IOException {
        try (var yard = new RatisYard(3, 1, ForcedDirectories.Forcing.REAL)) {
            var nodes = boot(yard, 1, 2, 3);
            change(yard, nodes, vote(yard, 2));
            change(yard, nodes, vote(yard, 3));
            leader(yard, nodes).commit(13);
            yard.kill(3);
            RatisYard.delete(yard.directory(3));
            var emptied = new Recorder(yard, 3, new Uuid(77, 77));
            var rest = nodes.subList(0, 2);
            leader(yard, rest).commit(14);
            var old = yard.voter(3);
            yard.until(() -> leader(yard, rest).quorum().voter(3, old.directoryId())
                .filter(voter -> voter.answeredAgeMs() > 5_000).isPresent());
            assertEquals(List.of(), emptied.values());
        }
    }

    @Test void who_does_not_answer_does_not_become_a_voter() throws IOException {
        try (var yard = new RatisYard(3, 2, ForcedDirectories.Forcing.REAL)) {
            var nodes = boot(yard, 1, 2);
            var refused = assertInstanceOf(MetadataLog.Outcome.Refused.class,
                leader(yard, nodes).change(vote(yard, 3)));
            assertEquals(ErrorCode.REQUEST_TIMED_OUT, refused.why());
            leader(yard, nodes).commit(12);
            assertEquals(List.of(1, 2), ids(leader(yard, nodes).quorum().voters()));
        }
    }

    private static QuorumChange vote(RatisYard yard, int nodeId) {
        var one = yard.voter(nodeId);
        return new QuorumChange.AddVoter(nodeId, one.directoryId(), one.host(), one.port());
    }

    private static QuorumChange observe(RatisYard yard, int nodeId) {
        var one = yard.voter(nodeId);
        return new QuorumChange.AddObserver(nodeId, one.directoryId(), one.host(), one.port());
    }

    private static QuorumChange out(RatisYard yard, int nodeId) {
        return new QuorumChange.RemoveVoter(nodeId, yard.voter(nodeId).directoryId());
    }

    private static List<Recorder> boot(RatisYard yard, int... nodeIds) {
        var nodes = new ArrayList<Recorder>();
        for (int nodeId : nodeIds)
            nodes.add(new Recorder(yard, nodeId));
        return nodes;
    }

    private static void hears(RatisYard yard, Recorder node, long value) {
        yard.until(() -> node.values().contains(value) || !node.failure().isEmpty());
        assertEquals("", node.failure());
    }

    private static Recorder leader(RatisYard yard, List<Recorder> nodes) {
        yard.until(() -> nodes.stream().anyMatch(Recorder::isLeading));
        return nodes.stream().filter(Recorder::isLeading).findFirst().orElseGet(
            () -> leader(yard, nodes));
    }

    /// Asks whoever leads until it is done.
    private static void change(RatisYard yard, List<Recorder> nodes, QuorumChange change) {
        for (int tries = 0; tries < 20; tries++) {
            var how = leader(yard, nodes).change(change);
            if (how instanceof MetadataLog.Outcome.Committed) return;
            assertTrue(how instanceof MetadataLog.Outcome.Refused, how.toString());
        }
        throw new AssertionError("not done: " + change);
    }

    private static List<Integer> ids(List<Quorum.Member> members) {
        return members.stream().map(Quorum.Member::nodeId).toList();
    }
}

package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterRequest.Move;
import dev.naru.metadata.ClusterRequest.PartitionRef;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlacementDecidersTest {
    private static final PartitionRef FIRST = new PartitionRef("t", 0);
    private final ConfigRules rules = Fixtures.rules().configs();

    private static ClusterImage with(PartitionImage... partitions) {
        return Fixtures.after(Fixtures.withNodes(3),
            List.of(new ClusterRecord.TopicCreated("t", Fixtures.idOf("t"), List.of(partitions))));
    }

    private static PartitionImage ledBy(int leader, List<Integer> isr) {
        return new PartitionImage(leader, 0, 0, List.of(1, 2, 3), isr, List.of(), List.of());
    }

    private ClusterAnswer.ElectedPartition elect(ClusterImage image, boolean unclean) {
        var decided = new ElectionDecider(rules).elect(image,
            new ClusterRequest.ElectLeaders(unclean, List.of(FIRST)));
        return ((ClusterAnswer.LeadersElected) decided.answer()).partitions().getFirst();
    }

    private ErrorCode reassign(ClusterImage image, @Nullable List<Integer> target) {
        var decided = new ReassignmentDecider(rules).reassign(image,
            new ClusterRequest.Reassign(List.of(new Move(FIRST, target)), false));
        return ((ClusterAnswer.Reassigned) decided.answer()).partitions().getFirst().error();
    }

    @Test void the_preferred_replica_leads_again_when_asked() {
        var image = with(ledBy(2, List.of(1, 2)));
        var decided = new ElectionDecider(rules).elect(image,
            new ClusterRequest.ElectLeaders(false, null));
        var after = Fixtures.after(image, decided.facts()).partition("t", 0).orElseThrow();
        assertThat(after.leader()).isEqualTo(1);
        assertThat(after.leaderEpoch()).isEqualTo(1);
    }

    @Test void an_election_that_changes_nothing_says_why() {
        assertThat(elect(with(ledBy(1, List.of(1))), false).error())
            .isEqualTo(ErrorCode.ELECTION_NOT_NEEDED);
        assertThat(elect(with(ledBy(1, List.of(1))), true).error())
            .isEqualTo(ErrorCode.ELECTION_NOT_NEEDED);
        assertThat(elect(with(ledBy(2, List.of(2))), false).error())
            .isEqualTo(ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
        assertThat(elect(Fixtures.withNodes(3), false).error())
            .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test void asked_for_all_only_what_was_to_do_is_told() {
        var image = with(ledBy(1, List.of(1)), ledBy(2, List.of(1, 2)), ledBy(3, List.of(3)));
        var answer = (ClusterAnswer.LeadersElected) new ElectionDecider(rules).elect(image,
            new ClusterRequest.ElectLeaders(false, null)).answer();
        assertThat(answer.partitions()).extracting(each -> each.partition().partition())
            .containsExactly(1, 2);
    }

    @Test void a_leader_that_may_lack_records_leads_only_when_asked_for() {
        var orphan = with(new PartitionImage(-1, 3, 3, List.of(1, 2, 3), List.of(), List.of(),
            List.of()));
        assertThat(elect(orphan, false).error())
            .isEqualTo(ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
        assertThat(elect(orphan, true).error()).isEqualTo(ErrorCode.NONE);
    }

    @Test void replicas_move_only_to_nodes_that_are_there() {
        var image = with(ledBy(1, List.of(1, 2, 3)));
        assertThat(reassign(image, List.of())).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(reassign(image, List.of(1, 1, 2)))
            .isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(reassign(image, List.of(1, 2, 9)))
            .isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(reassign(image, List.of(1, 2)))
            .isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
        assertThat(reassign(image, List.of(3, 2, 1))).isEqualTo(ErrorCode.NONE);
        assertThat(reassign(image, null)).isEqualTo(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
    }

    @Test void the_last_in_sync_is_not_moved_away() {
        var lagging = with(new PartitionImage(3, 0, 0, List.of(1, 2, 3), List.of(3), List.of(),
            List.of(), new Reassignment(List.of(3), List.of())));
        assertThat(reassign(lagging, null)).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
    }

    @Test void the_clusters_own_moves_are_begun_and_told_where_partitions_stand_as_they_did() {
        var image = with(ledBy(1, List.of(1, 2)), ledBy(1, List.of(1, 2)));
        var stale = List.of(1, 2);
        var turn = new Mover.Turn(List.of(new PartitionRef("t", 0)), List.of(
            new Balance.Step(FIRST, stale, List.of(1, 3), Balance.Why.SPREAD_REPLICAS, 2),
            new Balance.Step(new PartitionRef("t", 1), List.of(1, 2, 3), List.of(2, 1, 3),
                Balance.Why.SPREAD_LEADERS, 1)));
        var decided = new ReassignmentDecider(rules).carryOut(image, turn);
        assertThat(decided.facts()).hasSize(1);
        assertThat(((ClusterAnswer.Reassigned) decided.answer()).partitions())
            .extracting(ClusterAnswer.ReassignedPartition::partition)
            .containsExactly(new PartitionRef("t", 1));
    }
}

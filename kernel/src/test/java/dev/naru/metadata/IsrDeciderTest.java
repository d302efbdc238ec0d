package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRequest.AlterIsr;
import dev.naru.metadata.ClusterRequest.WantedIsr;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// ISRs that leaders ask for.
class IsrDeciderTest {
    private static final Uuid ID = Fixtures.idOf("t");
    private final ClusterModel model = new ClusterModel();

    @BeforeEach void three_nodes_hold_a_partition_that_one_leads_alone() {
        model.startAll(3);
        model.topic("t", 1, new PartitionImage(1, 5, 8, List.of(1, 2, 3), List.of(1), List.of(),
            List.of()));
    }

    private ErrorCode ask(int nodeId, Uuid topicId, int leaderEpoch, int partitionEpoch,
        List<Integer> isr) {
        return ask(nodeId, new WantedIsr(topicId, 0, leaderEpoch, partitionEpoch, isr,
            isr.stream().map(id -> -1L).toList()));
    }

    private ErrorCode ask(int nodeId, WantedIsr wanted) {
        return model.wantIsr(nodeId, wanted).error();
    }

    @Test void a_replica_that_has_caught_up_joins() {
        var altered = model.wantIsr("t", 0, 1, 2);
        assertThat(altered.error()).isEqualTo(ErrorCode.NONE);
        assertThat(altered.isr()).containsExactly(1, 2);
        assertThat(altered.partitionEpoch()).isEqualTo(9);
        assertThat(altered.leaderEpoch()).isEqualTo(5);
        assertThat(model.partition("t", 0).isr()).containsExactly(1, 2);
    }

    @Test void what_is_so_already_makes_a_new_epoch_and_no_earlier_wish_comes_true_after_it() {
        var altered = model.wantIsr("t", 0, 1);
        assertThat(altered.error()).isEqualTo(ErrorCode.NONE);
        assertThat(altered.isr()).containsExactly(1);
        assertThat(altered.partitionEpoch()).isEqualTo(9);
        assertThat(ask(1, ID, 5, 8, List.of(1, 2))).isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
    }

    @Test void only_the_node_itself_in_its_present_life_may_ask() {
        var nobody = model.ask(new AlterIsr(9, 1, List.of()));
        assertThat(((ClusterAnswer.Failed) nobody).why())
            .isEqualTo(ErrorCode.BROKER_ID_NOT_REGISTERED);
        var former = model.ask(new AlterIsr(1, 999, List.of()));
        assertThat(((ClusterAnswer.Failed) former).why()).isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
    }

    @Test void a_leader_that_knows_less_or_more_is_told() {
        assertThat(ask(1, new Uuid(1, 1), 5, 8, List.of(1))).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
        assertThat(ask(1, new WantedIsr(ID, 1, 5, 8, List.of(1), List.of(-1L))))
            .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(ask(1, ID, 4, 8, List.of(1))).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(ask(1, ID, 6, 8, List.of(1))).isEqualTo(ErrorCode.NOT_CONTROLLER);
        assertThat(ask(1, ID, 5, 9, List.of(1))).isEqualTo(ErrorCode.NOT_CONTROLLER);
        assertThat(ask(1, ID, 5, 7, List.of(1))).isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
        assertThat(ask(2, ID, 5, 8, List.of(2))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(model.partition("t", 0).partitionEpoch()).isEqualTo(8);
    }

    @Test void an_isr_holds_the_leader_and_replicas_each_once() {
        assertThat(ask(1, ID, 5, 8, List.of(2))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(ask(1, ID, 5, 8, List.of(1, 2, 2))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(ask(1, ID, 5, 8, List.of(1, 4))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(ask(1, new WantedIsr(ID, 0, 5, 8, List.of(1, 2), List.of(-1L))))
            .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test void who_joins_is_active_and_in_the_life_that_the_leader_heard() {
        long former = model.epoch(2);
        model.start(2, true);
        assertThat(ask(1, new WantedIsr(ID, 0, 5, 8, List.of(1, 2), List.of(-1L, former))))
            .isEqualTo(ErrorCode.INELIGIBLE_REPLICA);
        model.fence(2);
        assertThat(ask(1, ID, 5, 8, List.of(1, 2))).isEqualTo(ErrorCode.INELIGIBLE_REPLICA);
        model.beat(3, true);
        assertThat(ask(1, ID, 5, 8, List.of(1, 3))).isEqualTo(ErrorCode.INELIGIBLE_REPLICA);
        model.beat(2, false);
        assertThat(ask(1, ID, 5, 8, List.of(1, 2))).isEqualTo(ErrorCode.NONE);
    }

    @Test void a_partition_named_twice_is_changed_once() {
        var wanted = new WantedIsr(ID, 0, 5, 8, List.of(1, 2), List.of(-1L, -1L));
        var answer = (ClusterAnswer.IsrAltered) model.ask(
            new AlterIsr(1, model.epoch(1), List.of(wanted, wanted)));
        assertThat(answer.partitions()).extracting(ClusterAnswer.AlteredIsr::error)
            .containsExactly(ErrorCode.NONE, ErrorCode.INVALID_REQUEST);
    }

    @Test void the_last_one_that_joins_ends_a_reassignment() {
        model.ask(new ClusterRequest.Reassign(List.of(new ClusterRequest.Move(
            new ClusterRequest.PartitionRef("t", 0), List.of(2, 3, 1))), false));
        model.ask(new ClusterRequest.Reassign(List.of(new ClusterRequest.Move(
            new ClusterRequest.PartitionRef("t", 0), List.of(2))), true));
        var altered = model.wantIsr("t", 0, 1, 2);
        assertThat(altered.leader()).isEqualTo(2);
        assertThat(model.partition("t", 0).replicas()).containsExactly(2);
    }
}

package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer.Heard;
import dev.naru.metadata.ClusterRequest.HandOver;
import dev.naru.metadata.ClusterRequest.Heartbeat;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import dev.naru.metadata.ClusterRequest.UnregisterNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/// Nodes that come, go, and are lost.
class LivenessDeciderTest {
    private final ClusterModel model = new ClusterModel();

    private static PartitionImage on(Integer... replicas) {
        return PartitionImage.fresh(List.of(replicas));
    }

    private NodeImage.State state(int nodeId) {
        return model.image.node(nodeId).orElseThrow().state();
    }

    @Test void a_node_that_has_everything_is_active_at_once_with_one_fact() {
        model.start(1, true);
        assertThat(model.lastFacts).hasSize(1);
        assertThat(state(1)).isEqualTo(NodeImage.State.ACTIVE);
    }

    @Test void a_node_that_lags_is_fenced_until_it_has_its_registration() {
        model.startAll(1);
        long epoch = model.start(2, true, 0);
        assertThat(state(2)).isEqualTo(NodeImage.State.FENCED);
        assertThat(model.ask(new Heartbeat(2, epoch, epoch - 1, false)))
            .isEqualTo(new Heard(false, true, false));
        assertThat(model.ask(new Heartbeat(2, epoch, epoch, false)))
            .isEqualTo(new Heard(true, false, false));
        assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
    }

    @Test void the_same_life_of_a_node_is_registered_once() {
        var request = new RegisterNode(1, new Uuid(7, 1), new Uuid(9, 9), List.of(), "", true, 0);
        var first = model.ask(request);
        long index = model.image.acceptedIndex();
        assertThat(model.ask(request)).isEqualTo(first);
        assertThat(model.image.acceptedIndex()).isEqualTo(index);
    }

    @Test void an_id_belongs_to_one_directory_as_long_as_its_node_is_heard_of() {
        model.startAll(1);
        var other = new RegisterNode(1, new Uuid(8, 8), new Uuid(9, 9), List.of(), "", true, 0);
        model.everybodyIsLive = true;
        assertThat(model.ask(other)).isInstanceOfSatisfying(ClusterAnswer.Failed.class,
            failed -> assertThat(failed.why())
                .isEqualTo(ErrorCode.DUPLICATE_BROKER_REGISTRATION));
        model.everybodyIsLive = false;
        assertThat(model.ask(other)).isInstanceOf(ClusterAnswer.NodeAccepted.class);
    }

    @Test void a_node_that_starts_anew_in_its_own_directory_does_not_wait_for_its_last_life() {
        model.startAll(1);
        model.everybodyIsLive = true;
        assertThat(model.start(1, true)).isPositive();
    }

    private ClusterAnswer startAt(long directory, long life, String host) {
        return model.ask(new RegisterNode(1, new Uuid(7, directory), new Uuid(9, life),
            List.of(new Endpoint("PLAINTEXT", host, 9092, "PLAINTEXT")), "", true, 0));
    }

    @Test void a_copy_of_a_directory_at_another_address_waits_for_the_life_of_the_first() {
        startAt(1, 1, "here");
        model.everybodyIsLive = true;
        assertThat(startAt(1, 2, "there")).isInstanceOfSatisfying(ClusterAnswer.Failed.class,
            failed -> assertThat(failed.message()).isEqualTo("Node 1 is there already at here:9092,"
                + " with a copy of this data directory. Only one of the two may run."));
        assertThat(startAt(2, 3, "here")).isInstanceOfSatisfying(ClusterAnswer.Failed.class,
            failed -> assertThat(failed.message())
                .startsWith("Node 1 is there already at here:9092,"
                    + " with another data directory")
                .endsWith("Give one of them another node.id."));
        assertThat(startAt(1, 4, "here")).isInstanceOf(ClusterAnswer.NodeAccepted.class);
        model.everybodyIsLive = false;
        assertThat(startAt(1, 5, "there")).isInstanceOf(ClusterAnswer.NodeAccepted.class);
    }

    @Test void the_controllers_own_node_need_not_wait_for_itself() {
        startAt(1, 1, "here");
        model.everybodyIsLive = true;
        model.ownLife = new Uuid(9, 2);
        assertThat(startAt(2, 2, "there")).isInstanceOf(ClusterAnswer.NodeAccepted.class);
    }

    @Test void an_empty_directory_is_not_counted_on_however_the_last_life_ended() {
        model.startAll(2);
        model.topic("t", 1, on(1, 2));
        model.ask(new RegisterNode(1, new Uuid(8, 8), new Uuid(9, 9), List.of(), "", true,
            model.image.acceptedIndex()));
        assertThat(model.partition("t", 0).isr()).containsExactly(2);
        assertThat(model.partition("t", 0).leader()).isEqualTo(2);
    }

    @Test void heartbeats_of_strangers_and_of_former_lives_are_refused() {
        model.startAll(1);
        assertThat(why(model.ask(new Heartbeat(2, 1, 1, false))))
            .isEqualTo(ErrorCode.BROKER_ID_NOT_REGISTERED);
        assertThat(why(model.ask(new Heartbeat(1, 99, 1, false))))
            .isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
    }

    @Test void a_fenced_node_leaves_every_isr_that_it_is_not_alone_in() {
        model.startAll(3);
        model.topic("t", 2, on(1, 2, 3), on(2, 1, 3), on(1));
        model.fence(1);
        assertThat(state(1)).isEqualTo(NodeImage.State.FENCED);
        assertThat(model.partition("t", 0).leader()).isEqualTo(2);
        assertThat(model.partition("t", 0).leaderEpoch()).isEqualTo(1);
        assertThat(model.partition("t", 0).isr()).containsExactly(2, 3);
        assertThat(model.partition("t", 1).leader()).isEqualTo(2);
        assertThat(model.partition("t", 1).leaderEpoch()).isEqualTo(0);
        assertThat(model.partition("t", 1).isr()).containsExactly(2, 3);
        assertThat(model.partition("t", 2).hasLeader()).isFalse();
        assertThat(model.partition("t", 2).isr()).containsExactly(1);
    }

    private void handOver(int nodeId) {
        model.slow.add(nodeId);
        model.ask(new HandOver(nodeId, model.epoch(nodeId)));
    }

    @Test void a_node_with_a_slow_disk_leads_nothing_that_others_can_lead_and_stays_in_sync() {
        model.startAll(3);
        model.topic("t", 2, on(1, 2, 3), on(2, 1, 3), on(1));
        handOver(1);
        assertThat(model.partition("t", 0).leader()).isEqualTo(2);
        assertThat(model.partition("t", 0).leaderEpoch()).isEqualTo(1);
        assertThat(model.partition("t", 0).isr()).containsExactly(1, 2, 3);
        assertThat(model.partition("t", 1).leaderEpoch()).isZero();
        assertThat(model.partition("t", 2).leader()).isEqualTo(1);
        handOver(1);
        assertThat(model.lastFacts).isEmpty();
    }

    @Test void where_all_disks_are_slow_nobody_hands_over_and_nothing_is_given_back_to_them() {
        model.startAll(3);
        model.topic("t", 2, on(1, 2, 3));
        handOver(1);
        handOver(2);
        assertThat(model.partition("t", 0).leader()).isEqualTo(3);
        handOver(3);
        assertThat(model.partition("t", 0).leader()).isEqualTo(3);
        model.accept(model.controller.returnLeaders(model.image, 2, model));
        assertThat(model.partition("t", 0).leader()).isEqualTo(3);
        model.slow.clear();
        model.accept(model.controller.returnLeaders(model.image, 2, model));
        assertThat(model.partition("t", 0).leader()).isEqualTo(1);
    }

    @Test void strangers_and_former_lives_hand_nothing_over() {
        model.startAll(2);
        model.topic("t", 1, on(1, 2));
        assertThat(why(model.ask(new HandOver(3, 1))))
            .isEqualTo(ErrorCode.BROKER_ID_NOT_REGISTERED);
        assertThat(why(model.ask(new HandOver(1, 99)))).isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
        assertThat(model.partition("t", 0).leader()).isEqualTo(1);
    }

    @Test void a_node_is_fenced_once_and_only_in_the_life_that_was_silent() {
        model.startAll(2);
        long epoch = model.epoch(1);
        model.accept(model.controller.fence(model.image, 1, epoch - 1));
        assertThat(state(1)).isEqualTo(NodeImage.State.ACTIVE);
        model.fence(1);
        model.fence(1);
        assertThat(model.lastFacts).isEmpty();
    }

    @Test void partitions_without_a_leader_get_one_from_a_node_that_comes_back() {
        model.startAll(2);
        model.topic("t", 1, on(1), on(2));
        model.fence(1);
        assertThat(model.partition("t", 0).hasLeader()).isFalse();
        model.beat(1, false);
        assertThat(model.partition("t", 0).leader()).isEqualTo(1);
        assertThat(model.partition("t", 0).leaderEpoch()).isEqualTo(2);
        assertThat(model.lastFacts).hasSize(2);
    }

    @Test void five_thousand_led_partitions_are_one_batch_of_moderate_size() {
        model.startAll(3);
        var partitions = new ArrayList<PartitionImage>();
        for (int i = 0; i < 5_000; i++)
            partitions.add(on(1, 2, 3));
        for (int topic = 0; topic < 20; topic++)
            model.topic("t" + topic, 2, partitions.toArray(PartitionImage[]::new));
        model.fence(1);
        assertThat(model.lastFacts).hasSize(1 + 20);
        var batch = new MetadataBatch(1, 1, model.lastFacts).encode();
        assertThat(batch.remaining()).isLessThan(2 * 1024 * 1024);
        assertThat(model.partition("t19", 4_999).leader()).isEqualTo(2);
    }

    @Test void a_node_that_wants_to_leave_hands_over_what_another_can_lead() {
        model.startAll(3);
        model.topic("t", 1, on(1, 2), on(1), on(2, 1));
        model.everybodyKnows = false;
        assertThat(model.beat(1, true)).isEqualTo(new Heard(true, false, false));
        assertThat(state(1)).isEqualTo(NodeImage.State.LEAVING);
        assertThat(model.partition("t", 0).leader()).isEqualTo(2);
        assertThat(model.partition("t", 0).isr()).containsExactly(2);
        assertThat(model.partition("t", 1).leader()).isEqualTo(1);
        assertThat(model.partition("t", 2).isr()).containsExactly(2);
        assertThat(model.beat(1, true).mayStop()).isFalse();
        model.everybodyKnows = true;
        assertThat(model.beat(1, true).mayStop()).isTrue();
    }

    @Test void a_node_without_others_may_stop_at_once() {
        model.startAll(1);
        model.topic("t", 1, on(1));
        assertThat(model.beat(1, true)).isEqualTo(new Heard(true, false, true));
        assertThat(model.lastFacts).isEmpty();
    }

    @Test void a_fenced_node_may_stop_at_once() {
        model.startAll(2);
        model.fence(2);
        assertThat(model.beat(2, true)).isEqualTo(new Heard(true, true, true));
    }

    @Test void what_a_leaving_node_led_alone_goes_to_the_first_that_joins_it() {
        model.startAll(2);
        model.topic("t", 1, new PartitionImage(1, 0, 0, List.of(1, 2), List.of(1), List.of(),
            List.of()));
        model.beat(1, true);
        assertThat(model.partition("t", 0).leader()).isEqualTo(1);
        model.wantIsr("t", 0, 1, 2);
        assertThat(model.partition("t", 0).leader()).isEqualTo(2);
        assertThat(model.partition("t", 0).isr()).containsExactly(2);
    }

    @Test void what_a_leaving_node_leads_goes_to_an_eligible_one_that_comes_back() {
        model.startAll(2);
        model.topic("t", 2, on(1, 2));
        model.fence(2);
        assertThat(model.partition("t", 0).elr()).containsExactly(2);
        model.start(3, true);
        model.beat(1, true);
        assertThat(model.partition("t", 0).leader()).isEqualTo(1);
        model.beat(2, false);
        assertThat(model.partition("t", 0).leader()).isEqualTo(2);
    }

    @Test void an_unclean_return_loses_every_isr_it_is_not_alone_in() {
        model.startAll(2);
        model.topic("t", 1, on(1, 2), on(1), on(2));
        model.start(1, false);
        assertThat(model.partition("t", 0).isr()).containsExactly(2);
        assertThat(model.partition("t", 0).leader()).isEqualTo(2);
        assertThat(model.partition("t", 1).leader()).isEqualTo(1);
        assertThat(model.partition("t", 1).leaderEpoch()).isEqualTo(1);
        assertThat(model.partition("t", 2).partitionEpoch()).isEqualTo(0);
    }

    @Test void alone_in_sync_but_unclean_gives_way_to_one_that_holds_all_that_is_committed() {
        model.startAll(3);
        model.topic("t", 2, new PartitionImage(1, 0, 0, List.of(1, 2), List.of(1), List.of(2),
            List.of()));
        model.start(1, false);
        assertThat(model.partition("t", 0).leader()).isEqualTo(2);
        assertThat(model.partition("t", 0).isr()).containsExactly(2);
        assertThat(model.partition("t", 0).elr()).isEmpty();
    }

    @Test void a_node_that_returns_before_it_was_missed_leads_nothing_until_it_has_caught_up() {
        model.startAll(2);
        model.topic("t", 1, on(1, 2));
        long epoch = model.start(1, true, 0);
        assertThat(model.partition("t", 0).leader()).isEqualTo(2);
        assertThat(model.partition("t", 0).isr()).containsExactly(2);
        model.ask(new Heartbeat(1, epoch, epoch, false));
        assertThat(state(1)).isEqualTo(NodeImage.State.ACTIVE);
    }

    @Test void a_node_that_will_not_come_back_is_forgotten() {
        model.startAll(2);
        model.topic("t", 1, on(1, 2));
        model.fence(1);
        assertThat(model.ask(new UnregisterNode(1))).isEqualTo(new ClusterAnswer.Unregistered(1));
        assertThat(model.image.node(1)).isEmpty();
        assertThat(model.partition("t", 0).leader()).isEqualTo(2);
        assertThat(why(model.ask(new UnregisterNode(1))))
            .isEqualTo(ErrorCode.BROKER_ID_NOT_REGISTERED);
    }

    @Test void the_directory_of_a_node_that_was_removed_does_not_get_in_again() {
        model.startAll(2);
        model.fence(1);
        model.ask(new UnregisterNode(1));
        var directory = new Uuid(7, 1);
        var again = new RegisterNode(1, directory, new Uuid(9, 99), List.of(), "", true, 0);
        var joining = new ClusterRequest.AdmitNode(-1, directory, List.of(), "",
            Optional.of(new JoinToken.Proof("t", "ab".repeat(32))));
        for (var request : List.of(again, joining)) {
            assertThat(model.ask(request)).isInstanceOfSatisfying(ClusterAnswer.Failed.class,
                failed -> {
                    assertThat(failed.why()).isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
                    assertThat(failed.message()).startsWith("Node 1 was removed from this cluster");
                });
        }
        var restored = Fixtures.after(ClusterImage.EMPTY,
            StreamSupport.stream(((Iterable<ClusterRecord>) model.image::facts).spliterator(),
                false).toList());
        assertThat(restored.removed(directory)).contains(1);
        assertThat(model.ask(new RegisterNode(1, new Uuid(8, 1), new Uuid(9, 98), List.of(), "",
            true, 0))).isInstanceOf(ClusterAnswer.NodeAccepted.class);
    }

    @Test void so_many_removed_directories_are_remembered_and_the_oldest_is_forgotten_first() {
        var facts = new ArrayList<ClusterRecord>();
        for (int at = 0; at <= Limits.DIRECTORIES_REMOVED_MAX; at++)
            facts.add(new ClusterRecord.DirectoryRemoved(new Uuid(1_000_000 - at, 1), at));
        var image = Fixtures.after(ClusterImage.EMPTY, facts);
        assertThat(image.removed(new Uuid(1_000_000, 1))).isEmpty();
        assertThat(image.removed(new Uuid(999_999, 1))).contains(1);
        assertThat(image.removed(new Uuid(1_000_000 - Limits.DIRECTORIES_REMOVED_MAX, 1)))
            .contains(Limits.DIRECTORIES_REMOVED_MAX);
    }

    @Test void a_node_that_is_at_work_is_not_forgotten() {
        model.startAll(1);
        assertThat(why(model.ask(new UnregisterNode(1)))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(state(1)).isEqualTo(NodeImage.State.ACTIVE);
    }

    @Test void leaders_return_to_the_preferred_replicas_some_at_a_time() {
        model.startAll(2);
        model.topic("t", 1, on(1, 2), on(1, 2), on(1, 2));
        model.fence(1);
        model.beat(1, false);
        for (int partition = 0; partition < 3; partition++)
            model.wantIsr("t", partition, 1, 2);
        model.accept(model.controller.returnLeaders(model.image, 2, model));
        assertThat(List.of(model.partition("t", 0).leader(), model.partition("t", 1).leader(),
            model.partition("t", 2).leader())).containsExactly(1, 1, 2);
        model.accept(model.controller.returnLeaders(model.image, 2, model));
        assertThat(model.partition("t", 2).leader()).isEqualTo(1);
        model.accept(model.controller.returnLeaders(model.image, 2, model));
        assertThat(model.lastFacts).isEmpty();
    }

    private static ErrorCode why(ClusterAnswer answer) {
        return ((ClusterAnswer.Failed) answer).why();
    }
}

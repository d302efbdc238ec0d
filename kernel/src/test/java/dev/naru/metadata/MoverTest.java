package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Limits;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRequest.Alteration;
import dev.naru.metadata.ClusterRequest.Alterations;
import dev.naru.metadata.ClusterRequest.Assignment;
import dev.naru.metadata.ClusterRequest.CreateTopics;
import dev.naru.metadata.ClusterRequest.Heartbeat;
import dev.naru.metadata.ClusterRequest.Move;
import dev.naru.metadata.ClusterRequest.NewTopic;
import dev.naru.metadata.ClusterRequest.Operation;
import dev.naru.metadata.ClusterRequest.PartitionRef;
import dev.naru.metadata.ClusterRequest.Reassign;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A controller that moves replicas by itself; node 1 is its own.
class MoverTest {
    private static final long SESSION_NS = Fixtures.SESSION_NS;
    private static final int TURNS = (int) (Fixtures.HEAL_AFTER_NS / SESSION_NS) * 2;

    private final TurnLoop loop = new TurnLoop();
    private final AgreeableLog log = new AgreeableLog(loop);
    private final ControllerHost host = new ControllerHost(
        new ControllerHost.World(1, Fixtures.LIFE, loop, loop, Fixtures.entropy(1), Trace.NONE),
        log,
        Fixtures.rules());
    private final TreeSet<Integer> living = new TreeSet<>();

    @BeforeEach void three_nodes_live() {
        host.start();
        loop.turn();
        start(1, 2, 3);
    }

    private void ask(ClusterRequest request) {
        host.submit(request, _ -> {
        });
        loop.turn();
    }

    private void start(int... nodeIds) {
        for (int id : nodeIds) {
            ask(new RegisterNode(id, new Uuid(7, id), new Uuid(9, living.size()), List.of(), "",
                true, Long.MAX_VALUE));
            living.add(id);
        }
    }

    /// Half a session time passes, in which the living are heard of.
    private void pass(int turns) {
        for (int turn = 0; turn < turns; turn++) {
            loop.pass(SESSION_NS / 2);
            for (int id : living)
                beat(id);
        }
    }

    private void beat(int id) {
        ask(new Heartbeat(id, host.image().node(id).orElseThrow().brokerEpoch(),
            host.image().acceptedIndex(), false));
    }

    private void create(List<List<Integer>> placed) {
        var assignments = new ArrayList<Assignment>();
        for (var nodeIds : placed)
            assignments.add(new Assignment(assignments.size(), nodeIds));
        ask(new CreateTopics(List.of(new NewTopic("t", -1, -1, assignments, List.of())), 1, 1,
            false, false));
    }

    private PartitionImage partition(int index) {
        return host.image().partition("t", index).orElseThrow();
    }

    private void reassign(int index, @Nullable List<Integer> nodeIds) {
        ask(new Reassign(List.of(new Move(new PartitionRef("t", index), nodeIds)), true));
    }

    private void set(String setting, Operation operation, String value) {
        ask(new ClusterRequest.IncrementalAlterConfigs(
            List.of(new Alterations(ConfigResource.everyBroker(),
                List.of(new Alteration(setting, operation, value)))),
            false));
    }

    /// Every replica whose node lives has caught up.
    private void catchUp() {
        var topic = host.image().topic("t").orElseThrow();
        for (int index = 0; index < topic.partitionCount(); index++) {
            var now = partition(index);
            var isr = now.replicas().stream().filter(living::contains).toList();
            var epoch = host.image().node(now.leader()).map(NodeImage::brokerEpoch).orElse(-1L);
            ask(new ClusterRequest.AlterIsr(now.leader(), epoch,
                List.of(new ClusterRequest.WantedIsr(topic.topicId(), index, now.leaderEpoch(),
                    now.partitionEpoch(), isr, isr.stream().map(_ -> -1L).toList()))));
        }
    }

    private List<Integer> moving() {
        var moving = new ArrayList<Integer>();
        var partitions = host.image().topic("t").orElseThrow().partitions();
        for (int index = 0; index < partitions.size(); index++) {
            if (partitions.get(index).moving().isUnderWay()) moving.add(index);
        }
        return moving;
    }

    @Test void what_a_lost_node_held_is_rebuilt_elsewhere_after_its_time_and_not_before() {
        create(List.of(List.of(2, 1)));
        living.remove(2);
        pass(TURNS - 4);
        assertThat(partition(0).replicas()).containsExactly(2, 1);
        pass(8);
        assertThat(partition(0).moving())
            .isEqualTo(new Reassignment(List.of(3), List.of(2), true));
        catchUp();
        assertThat(partition(0).replicas()).containsExactly(3, 1);
        assertThat(partition(0).isr()).containsExactlyInAnyOrder(1, 3);
    }

    @Test void a_node_that_comes_back_keeps_what_it_held() {
        create(List.of(List.of(2, 1)));
        living.remove(2);
        pass(TURNS + 4);
        assertThat(moving()).containsExactly(0);
        living.add(2);
        pass(4);
        assertThat(moving()).isEmpty();
        assertThat(partition(0).replicas()).containsExactlyInAnyOrder(2, 1);
    }

    @Test void a_new_controller_gives_nodes_their_time_anew_and_goes_on_with_what_moves() {
        create(List.of(List.of(2, 1), List.of(3, 2)));
        living.remove(2);
        pass(TURNS + 4);
        assertThat(moving()).containsExactly(0, 1);
        loop.run(() -> log.listener().onFollowing(3));
        loop.run(() -> log.listener().onLeading(2));
        pass(4);
        assertThat(moving()).containsExactly(0, 1);
        catchUp();
        pass(4);
        assertThat(partition(0).replicas()).containsExactlyInAnyOrder(3, 1);
        assertThat(partition(1).replicas()).containsExactlyInAnyOrder(3, 1);
    }

    @Test void what_moves_to_a_node_that_is_lost_too_moves_elsewhere() {
        start(4);
        create(List.of(List.of(2, 1)));
        living.remove(2);
        pass(TURNS + 4);
        int first = partition(0).moving().adding().getFirst();
        living.remove(first);
        pass(TURNS + 8);
        assertThat(partition(0).moving().adding()).hasSize(1).doesNotContain(2, first);
    }

    @Test void what_moves_while_another_of_its_nodes_is_lost_moves_elsewhere_as_a_whole() {
        create(List.of(List.of(2, 1), List.of(2, 1)));
        pass(4);
        assertThat(partition(0).moving().removing()).containsExactly(1);
        living.remove(2);
        pass(TURNS + 4);
        catchUp();
        pass(4);
        catchUp();
        assertThat(moving()).isEmpty();
        assertThat(partition(0).replicas()).hasSize(2).doesNotContain(2);
        assertThat(partition(1).replicas()).hasSize(2).doesNotContain(2);
    }

    @Test void where_nobody_leads_nothing_is_moved() {
        create(List.of(List.of(2)));
        living.remove(2);
        pass(TURNS + 8);
        assertThat(partition(0).hasLeader()).isFalse();
        assertThat(moving()).isEmpty();
    }

    @Test void a_draining_node_is_emptied_and_given_nothing_and_may_go_then() {
        create(List.of(List.of(2, 1), List.of(3, 2)));
        set(Draining.SETTING, Operation.APPEND, "2");
        pass(8);
        catchUp();
        pass(4);
        assertThat(partition(0).replicas()).containsExactlyInAnyOrder(3, 1);
        assertThat(partition(1).replicas()).containsExactlyInAnyOrder(3, 1);
        ask(new CreateTopics(List.of(new NewTopic("u", 6, 2, List.of(), List.of())), 1, 1, false,
            false));
        assertThat(host.image().topic("u").orElseThrow().partitions())
            .allSatisfy(each -> assertThat(each.replicas()).doesNotContain(2));
        living.remove(2);
        pass(3);
        ask(new ClusterRequest.UnregisterNode(2));
        assertThat(host.image().node(2)).isEmpty();
        assertThat(Draining.of(host.image())).isEmpty();
    }

    @Test void a_node_that_shall_stay_after_all_keeps_what_it_still_has() {
        create(List.of(List.of(2, 1)));
        set(Draining.SETTING, Operation.APPEND, "2");
        pass(8);
        assertThat(moving()).containsExactly(0);
        set(Draining.SETTING, Operation.SUBTRACT, "2");
        pass(4);
        assertThat(moving()).isEmpty();
        assertThat(partition(0).replicas()).containsExactlyInAnyOrder(2, 1);
    }

    @Test void a_draining_node_that_no_other_can_replace_leads_nothing_any_more() {
        create(List.of(List.of(2, 1, 3)));
        set(Draining.SETTING, Operation.APPEND, "2");
        pass(4);
        assertThat(partition(0).replicas()).containsExactly(1, 2, 3);
    }

    @Test void a_new_node_is_filled() {
        create(List.of(List.of(1, 2), List.of(2, 3), List.of(3, 1), List.of(1, 3), List.of(2, 1),
            List.of(3, 2)));
        pass(8);
        assertThat(moving()).isEmpty();
        start(4);
        pass(8);
        catchUp();
        pass(8);
        catchUp();
        assertThat(host.image().topic("t").orElseThrow().partitions().stream()
            .filter(each -> each.replicas().contains(4))).hasSize(3);
    }

    @Test void what_somebody_took_back_is_not_begun_again_until_nodes_come_or_go() {
        create(List.of(List.of(2, 1)));
        living.remove(2);
        pass(TURNS + 4);
        reassign(0, null);
        pass(TURNS);
        assertThat(moving()).isEmpty();
        start(4);
        pass(8);
        assertThat(moving()).containsExactly(0);
    }

    @Test void what_somebody_took_back_moves_after_all_when_another_node_is_to_be_emptied() {
        create(List.of(List.of(2, 1)));
        set(Draining.SETTING, Operation.APPEND, "2");
        pass(8);
        reassign(0, null);
        pass(8);
        assertThat(moving()).isEmpty();
        set(Draining.SETTING, Operation.SET, "1");
        pass(8);
        assertThat(moving()).containsExactly(0);
        assertThat(partition(0).moving().removing()).containsExactly(1);
    }

    @Test void what_somebody_placed_stays_there() {
        create(List.of(List.of(1), List.of(2), List.of(3)));
        reassign(1, List.of(1));
        reassign(2, List.of(1));
        catchUp();
        pass(12);
        assertThat(partition(1).replicas()).containsExactly(1);
        assertThat(partition(2).replicas()).containsExactly(1);
    }

    @Test void told_to_stop_it_takes_its_own_moves_back_and_nobody_elses() {
        create(List.of(List.of(2, 1), List.of(2, 1)));
        reassign(1, List.of(3, 1));
        living.remove(2);
        pass(TURNS + 4);
        assertThat(moving()).containsExactly(0, 1);
        set(Fixtures.BALANCE, Operation.SET, "false");
        pass(8);
        assertThat(moving()).containsExactly(1);
        set(Fixtures.BALANCE, Operation.DELETE, "");
        pass(8);
        assertThat(moving()).containsExactly(0, 1);
    }

    @Test void it_tells_how_nodes_and_moves_stand_and_what_comes_next() {
        create(List.of(List.of(1, 2), List.of(3, 1)));
        living.remove(2);
        pass(TURNS + 4);
        set(Draining.SETTING, Operation.APPEND, "3");
        set(Fixtures.BALANCE, Operation.SET, "false");
        var answers = new ArrayList<ClusterAnswer>();
        host.submit(new ClusterRequest.DescribeBalance(10), answers::add);
        loop.turn();
        var told = (ClusterAnswer.BalanceDescribed) answers.getFirst();
        assertThat(told.isEnabled()).isFalse();
        assertThat(told.leaderless()).isZero();
        assertThat(told.underReplicated()).isEqualTo(1);
        assertThat(told.nodes()).extracting(ClusterAnswer.NodeStanding::state)
            .containsExactly("active", "fenced", "active");
        assertThat(told.nodes()).extracting(ClusterAnswer.NodeStanding::isDraining)
            .containsExactly(false, false, true);
        assertThat(told.nodes()).extracting(ClusterAnswer.NodeStanding::replicas)
            .containsExactly(2, 1, 2);
        assertThat(told.nodes().get(1).silentMs())
            .isGreaterThan(Fixtures.HEAL_AFTER_NS / 1_000_000);
        assertThat(told.moves()).containsExactly(new ClusterAnswer.MoveStanding(
            new PartitionRef("t", 0), List.of(1, 3, 2), List.of(3), List.of(2), true,
            "node 2 is gone."));
        assertThat(told.planned()).extracting(ClusterAnswer.PlannedMove::why)
            .containsExactly("node 3 is being emptied.");
    }

    @Test void a_topic_whose_creator_did_not_say_gets_more_replicas_as_nodes_join() {
        set("text", Operation.SET, "4");
        ask(new CreateTopics(List.of(new NewTopic("t", 2, -1, List.of(), List.of()),
            new NewTopic("u", 1, 2, List.of(), List.of())), 1, 1, false, false));
        assertThat(partition(0).replicas()).hasSize(3);
        start(4);
        pass(8);
        assertThat(partition(0).moving().adding()).containsExactly(4);
        catchUp();
        pass(4);
        catchUp();
        assertThat(partition(0).replicas()).hasSize(4);
        assertThat(partition(0).isr()).hasSize(4);
        assertThat(partition(1).replicas()).hasSize(4);
        assertThat(host.image().partition("u", 0).orElseThrow().replicas()).hasSize(2);
    }

    @Test void who_chooses_another_number_of_replicas_by_hand_is_left_alone() {
        set("text", Operation.SET, "3");
        ask(new CreateTopics(List.of(new NewTopic("t", 1, -1, List.of(), List.of())), 1, 1, false,
            false));
        assertThat(host.image().topic("t").orElseThrow().isFactorByCluster()).isTrue();
        reassign(0, List.of(1));
        assertThat(host.image().topic("t").orElseThrow().isFactorByCluster()).isFalse();
        catchUp();
        pass(12);
        assertThat(partition(0).replicas()).containsExactly(1);
    }

    @Test void only_some_move_at_a_time() {
        var many = new ArrayList<List<Integer>>();
        for (int round = 0; round < 10; round++)
            many.addAll(List.of(List.of(2, 1), List.of(1, 3), List.of(3, 2)));
        create(many);
        living.remove(2);
        pass(TURNS + 8);
        assertThat(moving()).hasSize(Limits.MOVES_AT_ONCE_MAX);
        for (int round = 0; round < 8; round++) {
            catchUp();
            pass(4);
        }
        assertThat(host.image().topic("t").orElseThrow().partitions())
            .allSatisfy(each -> assertThat(each.replicas()).doesNotContain(2));
    }

    private void tellSizes(int nodeId, int from, boolean isLast, int... mebibytes) {
        var topic = host.image().topic("t").orElseThrow();
        var sizes = new ArrayList<ClusterRequest.PartitionSize>();
        for (int index = 0; index < mebibytes.length; index++) {
            if (partition(index).leader() == nodeId)
                sizes.add(new ClusterRequest.PartitionSize(topic.topicId(), index,
                    (long) mebibytes[index] << 20));
        }
        long epoch = host.image().node(nodeId).orElseThrow().brokerEpoch();
        ask(new ClusterRequest.TellSizes(nodeId, epoch, from, sizes, isLast));
    }

    @Test void bytes_are_spread_when_every_node_has_told_how_many_it_holds() {
        create(List.of(List.of(1), List.of(1), List.of(2), List.of(2), List.of(3), List.of(3)));
        int[] sizes = {900, 900, 5, 5, 5, 5};
        tellSizes(1, 0, true, sizes);
        tellSizes(2, 0, true, sizes);
        tellSizes(3, 1, true, sizes);
        pass(3 * TURNS);
        assertThat(moving()).as("one has not told the first part").isEmpty();
        tellSizes(3, 0, true, sizes);
        pass(3 * TURNS);
        assertThat(moving()).hasSize(2);
        catchUp();
        pass(3 * TURNS);
        assertThat(partition(0).replicas()).doesNotContain(1);
        assertThat(partition(1).replicas()).containsExactly(1);
    }

    @Test void a_new_controller_waits_until_it_is_told_sizes() {
        create(List.of(List.of(1), List.of(1), List.of(2), List.of(2), List.of(3), List.of(3)));
        int[] sizes = {900, 900, 5, 5, 5, 5};
        for (int id : living)
            tellSizes(id, 0, true, sizes);
        loop.run(() -> log.listener().onFollowing(3));
        loop.run(() -> log.listener().onLeading(2));
        pass(3 * TURNS);
        assertThat(moving()).isEmpty();
        for (int id : living)
            tellSizes(id, 0, true, sizes);
        pass(3 * TURNS);
        assertThat(moving()).hasSize(2);
    }
}

package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.ErrorCode;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRequest.CreateTopics;
import dev.naru.metadata.ClusterRequest.Heartbeat;
import dev.naru.metadata.ClusterRequest.NewTopic;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A leading controller and other nodes: who is heard of, who waits for whom.
class NodesOfControllerTest {
    private static final long SESSION_NS = Fixtures.SESSION_NS;

    private final TurnLoop loop = new TurnLoop();
    private final AgreeableLog log = new AgreeableLog(loop);
    private final ControllerHost host = new ControllerHost(
        new ControllerHost.World(1, Fixtures.LIFE, loop, loop, Fixtures.entropy(1), Trace.NONE),
        log,
        Fixtures.rules());
    private final List<ClusterAnswer> answers = new ArrayList<>();

    @BeforeEach void node_one_leads() {
        host.start();
        loop.turn();
        start(1);
    }

    private void ask(ClusterRequest request) {
        host.submit(request, answers::add);
        loop.turn();
    }

    private void start(int nodeId) {
        ask(new RegisterNode(nodeId, new Uuid(7, nodeId), new Uuid(9, nodeId), List.of(), "", true,
            Long.MAX_VALUE));
        answers.clear();
    }

    private void beat(int nodeId, long appliedIndex, boolean wantsToLeave) {
        ask(new Heartbeat(nodeId, host.image().node(nodeId).orElseThrow().brokerEpoch(),
            appliedIndex, wantsToLeave));
    }

    private void beat(int nodeId) {
        beat(nodeId, host.image().acceptedIndex(), false);
    }

    private void create(String name) {
        ask(new CreateTopics(List.of(new NewTopic(name, 1, 1, List.of(), List.of())), 1, 1, false,
            false));
    }

    private NodeImage.State state(int nodeId) {
        return host.image().node(nodeId).orElseThrow().state();
    }

    @Test void one_node_alone_sets_no_timer_and_waits_for_nobody() {
        assertThat(loop.timersSet()).isZero();
        create("t");
        assertThat(answers).hasSize(1);
    }

    @Test void a_joining_node_gets_an_id_for_good_and_nobody_counts_on_it_before_it_starts() {
        admit(-1, 70);
        admit(-1, 71);
        admit(-1, 70);
        admit(2, 70);
        admit(7, 70);
        assertThat(answers).containsExactly(new ClusterAnswer.NodeAdmitted(2),
            new ClusterAnswer.NodeAdmitted(3), new ClusterAnswer.NodeAdmitted(2),
            new ClusterAnswer.NodeAdmitted(2),
            new ClusterAnswer.Failed(ErrorCode.DUPLICATE_BROKER_REGISTRATION,
                "The directory belongs to node 2, not to node 7."));
        assertThat(state(2)).isEqualTo(NodeImage.State.FENCED);
        create("t");
        assertThat(answers).hasSize(6);
    }

    @Test void the_id_of_a_node_that_is_there_is_not_given_to_another() {
        start(2);
        admit(2, 70);
        assertThat(answers).singleElement().isInstanceOfSatisfying(ClusterAnswer.Failed.class,
            failed -> assertThat(failed.why())
                .isEqualTo(ErrorCode.DUPLICATE_BROKER_REGISTRATION));
    }

    @Test void a_log_that_cannot_change_its_members_says_so() {
        ask(new ClusterRequest.ChangeQuorum(
            new QuorumChange.AddVoter(2, new Uuid(7, 2), "h", 1)));
        assertThat(answers).singleElement().isInstanceOfSatisfying(ClusterAnswer.Failed.class,
            failed -> assertThat(failed.why()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION));
    }

    private void admit(int nodeId, long directory) {
        ask(new ClusterRequest.AdmitNode(nodeId, new Uuid(7, directory), List.of(), "",
            Optional.empty()));
    }

    @Test void a_node_that_is_silent_for_its_time_is_fenced() {
        start(2);
        loop.pass(SESSION_NS - 1);
        assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
        loop.pass(1);
        assertThat(state(2)).isEqualTo(NodeImage.State.FENCED);
    }

    @Test void a_node_that_is_heard_of_stays_and_the_controller_never_fences_its_own() {
        start(2);
        for (int i = 0; i < 20; i++) {
            loop.pass(SESSION_NS / 2);
            beat(2);
        }
        assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
        assertThat(state(1)).isEqualTo(NodeImage.State.ACTIVE);
    }

    @Test void a_fenced_node_comes_back_with_its_next_heartbeat() {
        start(2);
        loop.pass(SESSION_NS);
        beat(2);
        assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
        loop.pass(SESSION_NS - 1);
        assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
    }

    @Test void a_suspect_is_fenced_sooner_unless_it_is_heard_of() {
        start(2);
        start(3);
        host.suspect(2);
        host.suspect(3);
        loop.turn();
        beat(3);
        loop.pass(2 * SESSION_NS / 5);
        assertThat(state(2)).isEqualTo(NodeImage.State.FENCED);
        assertThat(state(3)).isEqualTo(NodeImage.State.ACTIVE);
    }

    @Test void suspicion_never_gives_more_time() {
        start(2);
        loop.pass(SESSION_NS - 1);
        host.suspect(2);
        loop.turn();
        loop.pass(1);
        assertThat(state(2)).isEqualTo(NodeImage.State.FENCED);
    }

    @Test void nobody_is_blamed_for_the_time_in_which_the_controller_itself_stood_still() {
        start(2);
        loop.pass(SESSION_NS / 2);
        loop.stall(10 * SESSION_NS);
        loop.pass(0);
        assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
        loop.pass(SESSION_NS);
        assertThat(state(2)).isEqualTo(NodeImage.State.FENCED);
    }

    private void leadAgainAfterAnotherDid() {
        loop.run(() -> log.listener().onFollowing(2));
        assertThat(host.leaderId()).isEqualTo(2);
        loop.pass(10 * SESSION_NS);
        assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
        loop.run(() -> log.listener().onLeading(2));
        assertThat(host.leaderId()).isEqualTo(1);
    }

    @Test void a_new_controller_gives_its_time_once_to_a_node_that_it_reaches() {
        start(2);
        loop.pass(SESSION_NS - 1);
        leadAgainAfterAnotherDid();
        loop.pass(SESSION_NS / 5);
        host.reached(2);
        loop.turn();
        loop.pass(SESSION_NS - SESSION_NS / 5 - 1);
        host.reached(2);
        loop.turn();
        assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
        loop.pass(1);
        assertThat(state(2)).isEqualTo(NodeImage.State.FENCED);
    }

    @Test void a_new_controller_gives_little_time_to_a_node_that_it_neither_reaches_nor_hears() {
        start(2);
        start(3);
        leadAgainAfterAnotherDid();
        beat(3);
        loop.pass(2 * SESSION_NS / 5 - 1);
        assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
        loop.pass(1);
        assertThat(state(2)).isEqualTo(NodeImage.State.FENCED);
        assertThat(state(3)).isEqualTo(NodeImage.State.ACTIVE);
    }

    @Test void a_node_that_was_suspected_and_is_reached_has_the_time_of_its_last_heartbeat() {
        start(2);
        host.suspect(2);
        host.reached(2);
        loop.turn();
        loop.pass(SESSION_NS - 1);
        assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
        loop.pass(1);
        assertThat(state(2)).isEqualTo(NodeImage.State.FENCED);
    }

    @Test void nodes_are_tried_while_the_controller_leads() {
        var tried = new ArrayList<String>();
        host.probe((image, nodeIds) -> tried.add(nodeIds.toString()));
        start(2);
        start(3);
        create("t");
        assertThat(tried).containsExactly("[]", "[2]", "[2, 3]");
    }

    @Test void a_node_that_follows_tries_the_one_that_leads_and_tells_the_log_when_it_is_gone() {
        start(2);
        start(3);
        var tried = new ArrayList<String>();
        host.probe((image, nodeIds) -> tried.add(nodeIds.toString()));
        host.gone(2);
        loop.run(() -> log.listener().onFollowing(2));
        host.gone(3);
        loop.turn();
        assertThat(log.told()).isEmpty();
        host.gone(2);
        loop.turn();
        assertThat(log.told()).containsExactly(2);
        assertThat(tried.getLast()).isEqualTo("[2]");
        loop.run(() -> log.listener().onFollowing(MetadataLog.NO_LEADER));
        assertThat(tried.getLast()).isEqualTo("[]");
    }

    @Test void clients_are_answered_when_every_active_node_has_it() {
        start(2);
        start(3);
        create("t");
        assertThat(host.image().topic("t")).isPresent();
        assertThat(answers).isEmpty();
        beat(2);
        assertThat(answers).extracting(Object::getClass).containsExactly(ClusterAnswer.Heard.class);
        beat(3, host.image().acceptedIndex() - 1, false);
        assertThat(answers).hasSize(2);
        beat(3);
        assertThat(answers.get(2)).isInstanceOf(ClusterAnswer.TopicsCreated.class);
    }

    @Test void a_silent_node_is_waited_for_until_it_is_fenced() {
        start(2);
        create("t");
        loop.pass(SESSION_NS - 1);
        assertThat(answers).isEmpty();
        loop.pass(1);
        assertThat(answers).extracting(Object::getClass)
            .containsExactly(ClusterAnswer.TopicsCreated.class);
    }

    @Test void a_node_that_is_heard_of_but_does_not_get_on_is_fenced_until_it_does() {
        start(2);
        long before = host.image().acceptedIndex();
        create("t");
        long needed = host.image().acceptedIndex();
        for (int i = 0; i < 5; i++) {
            assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
            loop.pass(SESSION_NS / 5);
            beat(2, before, false);
        }
        assertThat(answers).hasAtLeastOneElementOfType(ClusterAnswer.TopicsCreated.class);
        assertThat(state(2)).isEqualTo(NodeImage.State.FENCED);
        beat(2, needed - 1, false);
        assertThat(state(2)).isEqualTo(NodeImage.State.FENCED);
        beat(2, needed, false);
        assertThat(state(2)).isEqualTo(NodeImage.State.ACTIVE);
    }

    @Test void nodes_do_not_wait_for_each_other() {
        start(2);
        ask(new ClusterRequest.GrantProducerIds(1,
            host.image().node(1).orElseThrow().brokerEpoch(), 10));
        assertThat(answers).containsExactly(new ClusterAnswer.ProducerIds(0, 10));
    }

    @Test void what_waits_for_nodes_is_answered_retriably_when_another_node_leads() {
        start(2);
        create("t");
        loop.run(() -> log.listener().onFollowing(2));
        assertThat(answers).hasSize(1);
        assertThat(((ClusterAnswer.Failed) answers.getFirst()).why())
            .isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
    }

    @Test void a_leaving_node_may_stop_when_every_active_node_knows_that_it_leaves() {
        start(2);
        start(3);
        beat(2, 0, true);
        beat(2, 0, true);
        beat(3);
        beat(2, 0, true);
        assertThat(answers.stream().filter(ClusterAnswer.Heard.class::isInstance)
            .map(answer -> ((ClusterAnswer.Heard) answer).mayStop()))
            .containsExactly(false, false, false, true);
    }

    @Test void tasks_wait_for_the_image_they_need() {
        var ran = new ArrayList<String>();
        long now = host.image().acceptedIndex();
        loop.run(() -> host.whenApplied(now + 2, () -> ran.add("later")));
        loop.run(() -> host.whenApplied(now + 1, () -> ran.add("sooner")));
        loop.run(() -> host.whenApplied(now, () -> ran.add("at once")));
        create("a");
        assertThat(ran).containsExactly("at once", "sooner");
        create("b");
        assertThat(ran).containsExactly("at once", "sooner", "later");
    }

    @Test void the_committed_index_is_told_without_a_batch() {
        long index = host.image().acceptedIndex();
        ask(new ClusterRequest.CommittedIndex());
        assertThat(answers).containsExactly(new ClusterAnswer.Committed(index));
        assertThat(host.image().acceptedIndex()).isEqualTo(index);
    }

    @Test void new_topics_stand_on_active_nodes_and_on_others_only_when_there_are_too_few() {
        start(2);
        start(3);
        loop.pass(SESSION_NS - 1);
        beat(2);
        loop.pass(1);
        assertThat(state(3)).isEqualTo(NodeImage.State.FENCED);
        ask(new CreateTopics(List.of(new NewTopic("two", 20, 2, List.of(), List.of()),
            new NewTopic("three", 20, 3, List.of(), List.of()),
            new NewTopic("four", 20, 4, List.of(), List.of())), 1, 1, false, false));
        assertThat(host.image().topic("two").orElseThrow().partitions())
            .allSatisfy(p -> assertThat(p.replicas()).containsExactlyInAnyOrder(1, 2));
        assertThat(host.image().topic("three").orElseThrow().partitions())
            .allSatisfy(p -> {
                assertThat(p.replicas()).containsExactlyInAnyOrder(1, 2, 3);
                assertThat(p.isr()).containsExactlyInAnyOrder(1, 2);
            });
        assertThat(host.image().topic("four")).isEmpty();
    }

    @Test void preferred_leaders_return_by_themselves() {
        start(2);
        ask(new CreateTopics(List.of(new NewTopic("t", -1, -1,
            List.of(new ClusterRequest.Assignment(0, List.of(2, 1))), List.of())), 1, 1, false,
            false));
        loop.pass(SESSION_NS);
        beat(2);
        var led = host.image().partition("t", 0).orElseThrow();
        assertThat(led.leader()).isEqualTo(1);
        ask(new ClusterRequest.AlterIsr(1, host.image().node(1).orElseThrow().brokerEpoch(),
            List.of(new ClusterRequest.WantedIsr(host.image().topic("t").orElseThrow().topicId(),
                0, led.leaderEpoch(), led.partitionEpoch(), List.of(1, 2), List.of(-1L, -1L)))));
        for (int i = 0; i < 300; i++) {
            loop.pass(SESSION_NS / 2);
            beat(2);
        }
        assertThat(host.image().partition("t", 0).orElseThrow().leader()).isEqualTo(2);
    }
}

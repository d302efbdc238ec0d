package dev.naru.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRequest.Direction;
import dev.naru.metadata.ClusterRequest.FeatureUpdate;
import dev.naru.metadata.ClusterRequest.FormCluster;
import dev.naru.metadata.ClusterRequest.GrantProducerIds;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import dev.naru.metadata.ClusterRequest.UpdateFeatures;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What nodes ask for themselves, and features.
class ControllerTest {
    private final Controller controller = new Controller(Fixtures.rules().configs(),
        Fixtures.rules().features(), Fixtures.entropy(1));
    private ClusterImage image = ClusterImage.EMPTY;

    private ClusterAnswer ask(ClusterRequest request) {
        var decided = controller.decide(image, request, Liveness.NONE);
        if (!decided.facts().isEmpty()) image = Fixtures.after(image, decided.facts());
        return decided.answer();
    }

    private static ErrorCode why(ClusterAnswer answer) {
        return ((ClusterAnswer.Failed) answer).why();
    }

    private static FormCluster form(String clusterId, String feature, int level) {
        var features = new TreeMap<String, Short>();
        features.put(feature, (short) level);
        return new FormCluster(clusterId, features);
    }

    private ClusterAnswer register(int nodeId, boolean cleanStop) {
        return ask(new RegisterNode(nodeId, new Uuid(7, nodeId), Uuid.ZERO, List.of(), "",
            cleanStop, image.acceptedIndex()));
    }

    private ErrorCode update(String feature, int level, Direction direction) {
        var answer = (ClusterAnswer.FeaturesUpdated) ask(new UpdateFeatures(
            List.of(new FeatureUpdate(feature, (short) level, direction)), false));
        assertEquals(answer.error(), answer.features().getFirst().error());
        return answer.error();
    }

    @Test void a_cluster_is_formed_once() {
        assertEquals(new ClusterAnswer.Formed("c"), ask(form("c", "transaction.version", 2)));
        assertEquals("c", image.clusterId());
        assertEquals("{transaction.version=2}", image.features().toString());
        long before = image.acceptedIndex();
        assertEquals(new ClusterAnswer.Formed("c"), ask(form("c", "transaction.version", 1)));
        assertEquals(before, image.acceptedIndex());
        assertEquals(ErrorCode.INCONSISTENT_CLUSTER_ID,
            why(ask(form("d", "transaction.version", 2))));
    }

    @Test void a_cluster_is_not_formed_with_what_this_version_does_not_know() {
        assertEquals(ErrorCode.FEATURE_UPDATE_FAILED,
            why(ask(form("c", "transaction.version", 3))));
        assertEquals(ErrorCode.FEATURE_UPDATE_FAILED, why(ask(form("c", "nonsense", 1))));
        assertEquals(ErrorCode.INVALID_REQUEST, why(ask(form("", "transaction.version", 2))));
        assertEquals("", image.clusterId());
    }

    @Test void every_start_of_a_node_has_a_higher_broker_epoch() {
        var first = (ClusterAnswer.NodeAccepted) register(1, true);
        var second = (ClusterAnswer.NodeAccepted) register(1, true);
        assertTrue(second.brokerEpoch() > first.brokerEpoch());
        assertEquals(second.brokerEpoch(), image.node(1).orElseThrow().brokerEpoch());
        assertEquals(ErrorCode.INVALID_REQUEST, why(register(-1, true)));
    }

    @Test void an_unclean_return_raises_the_leader_epoch_of_what_the_node_leads() {
        image = Fixtures.withTopic(Fixtures.withNodes(2), "a", 3);
        register(2, false);
        assertEquals(0, image.partition("a", 0).orElseThrow().leaderEpoch());
        register(1, true);
        assertEquals(0, image.partition("a", 0).orElseThrow().leaderEpoch());
        register(1, false);
        for (int partition = 0; partition < 3; partition++) {
            var state = image.partition("a", partition).orElseThrow();
            assertEquals(1, state.leaderEpoch());
            assertEquals(1, state.partitionEpoch());
        }
    }

    @Test void producer_ids_are_granted_once() {
        var epoch = ((ClusterAnswer.NodeAccepted) register(1, true)).brokerEpoch();
        assertEquals(new ClusterAnswer.ProducerIds(0, 1000),
            ask(new GrantProducerIds(1, epoch, 1000)));
        assertEquals(new ClusterAnswer.ProducerIds(1000, 1),
            ask(new GrantProducerIds(1, epoch, 1)));
        assertEquals(1001, image.nextProducerId());
    }

    @Test void producer_ids_are_not_granted_to_strangers_to_a_former_life_or_by_the_million() {
        var epoch = ((ClusterAnswer.NodeAccepted) register(1, true)).brokerEpoch();
        int max = Limits.PRODUCER_IDS_PER_GRANT_MAX;
        assertEquals(ErrorCode.BROKER_ID_NOT_REGISTERED,
            why(ask(new GrantProducerIds(2, epoch, 1))));
        assertEquals(ErrorCode.STALE_BROKER_EPOCH, why(ask(new GrantProducerIds(1, epoch - 1, 1))));
        assertEquals(ErrorCode.INVALID_REQUEST, why(ask(new GrantProducerIds(1, epoch, 0))));
        assertEquals(ErrorCode.INVALID_REQUEST, why(ask(new GrantProducerIds(1, epoch, max + 1))));
        assertEquals(0, image.nextProducerId());
        assertEquals(new ClusterAnswer.ProducerIds(0, max),
            ask(new GrantProducerIds(1, epoch, max)));
    }

    @Test void features_move_only_the_way_they_are_told() {
        var refused = ErrorCode.INVALID_UPDATE_VERSION;
        assertEquals(ErrorCode.NONE, update("transaction.version", 2, Direction.UPGRADE));
        assertEquals(ErrorCode.NONE, update("transaction.version", 2, Direction.UPGRADE));
        assertEquals(refused, update("transaction.version", 1, Direction.UPGRADE));
        assertEquals(ErrorCode.NONE, update("transaction.version", 1, Direction.SAFE_DOWNGRADE));
        assertEquals(refused, update("transaction.version", 2, Direction.SAFE_DOWNGRADE));
        assertEquals(refused, update("transaction.version", 2, Direction.UNKNOWN));
        assertEquals(ErrorCode.NONE, update("transaction.version", 0, Direction.UNSAFE_DOWNGRADE));
        assertEquals("{}", image.features().toString());
    }

    @Test void features_stay_within_what_this_version_knows() {
        var refused = ErrorCode.INVALID_UPDATE_VERSION;
        assertEquals(refused, update("transaction.version", 3, Direction.UPGRADE));
        assertEquals(refused, update("transaction.version", -1, Direction.SAFE_DOWNGRADE));
        assertEquals(refused, update("metadata.version", 0, Direction.UNSAFE_DOWNGRADE));
        assertEquals(refused, update("nonsense", 1, Direction.UPGRADE));
    }

    @Test void features_move_all_or_none() {
        var good = new FeatureUpdate("transaction.version", (short) 1, Direction.UPGRADE);
        var bad = new FeatureUpdate("nonsense", (short) 1, Direction.UPGRADE);
        var mixed = controller.decide(image, new UpdateFeatures(List.of(good, bad), false),
            Liveness.NONE);
        assertEquals(List.of(), mixed.facts());
        var answer = (ClusterAnswer.FeaturesUpdated) mixed.answer();
        assertEquals(ErrorCode.INVALID_UPDATE_VERSION, answer.error());
        assertEquals(ErrorCode.NONE, answer.features().get(0).error());
        var twice = controller.decide(image, new UpdateFeatures(List.of(good, good), false),
            Liveness.NONE);
        assertEquals(ErrorCode.INVALID_REQUEST,
            ((ClusterAnswer.FeaturesUpdated) twice.answer()).error());
        var dry = controller.decide(image, new UpdateFeatures(List.of(good), true),
            Liveness.NONE);
        assertEquals(ErrorCode.NONE, ((ClusterAnswer.FeaturesUpdated) dry.answer()).error());
        assertEquals(List.of(), dry.facts());
    }
}

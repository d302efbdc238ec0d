package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.ClusterRequest.Alteration;
import dev.naru.metadata.ClusterRequest.Direction;
import dev.naru.metadata.ConfigResource;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The terms of share groups follow the image.
final class ShareGroupTermsTest {
    private static ClusterRequest level(int level, Direction direction) {
        return new ClusterRequest.UpdateFeatures(List.of(new ClusterRequest.FeatureUpdate(
            Features.SHARE_VERSION, (short) level, direction)), false);
    }

    @Test void dead_letters_are_there_from_level_two_of_queues_on() throws Exception {
        var node = new TxnNode();
        var terms = new ShareGroupTerms(node.cluster, "g");
        var topic = new Alteration("errors.deadletterqueue.topic.name",
            ClusterRequest.Operation.SET, "dlq.g");
        node.changed(new ClusterRequest.IncrementalAlterConfigs(List.of(
            new ClusterRequest.Alterations(ConfigResource.group("g"), List.of(topic))), false));

        node.changed(level(1, Direction.UPGRADE));
        assertFalse(terms.current().hasDeadLetters());
        node.changed(level(2, Direction.UPGRADE));
        assertTrue(terms.current().hasDeadLetters());
        node.changed(level(1, Direction.SAFE_DOWNGRADE));
        assertFalse(terms.current().hasDeadLetters());
    }

    @Test void a_new_cluster_has_dead_letters() {
        assertEquals(Features.SHARE_DEAD_LETTERS, Features.NEW_CLUSTER.get(Features.SHARE_VERSION));
    }
}

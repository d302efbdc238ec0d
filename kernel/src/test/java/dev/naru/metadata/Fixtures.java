package dev.naru.metadata;

import dev.naru.base.Clock;
import dev.naru.base.Entropy;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Small things that the tests of this room share.
final class Fixtures {
    static final long SESSION_NS = 1_500_000_000L;
    static final long HEAL_AFTER_NS = 20 * SESSION_NS;
    /// The life of node 1, where that leads.
    static final Uuid LIFE = new Uuid(9, 1);
    static final String BALANCE = "naru.balance.enable";

    private Fixtures() {}

    static Entropy entropy(long seed) {
        var random = new SplittableRandom(seed);
        return new Entropy() {
            @Override public long nextLong() {
                return random.nextLong();
            }

            @Override public int below(int bound) {
                return random.nextInt(bound);
            }
        };
    }

    /// Node 1's world, where time stands still.
    static ControllerHost.World world(Loop loop, long seed) {
        var clock = new Clock() {
            @Override public long monotonicNs() {
                return 0;
            }

            @Override public long wallMs() {
                return 0;
            }
        };
        return new ControllerHost.World(1, LIFE, loop, clock, entropy(seed), Trace.NONE);
    }

    static ClusterRules rules() {
        var features = new TreeMap<String, FeatureRange>();
        features.put("transaction.version", new FeatureRange((short) 0, (short) 2));
        features.put("metadata.version", new FeatureRange((short) 7, (short) 29));
        return new ClusterRules(new TestRules(), features,
            new NodeRules(SESSION_NS, SESSION_NS / 5, true, 100 * SESSION_NS));
    }

    static NodeImage node(int nodeId, String rack) {
        var endpoint = new Endpoint("PLAINTEXT", "127.0.0.1", 9092 + nodeId, "PLAINTEXT");
        return new NodeImage(nodeId, new Uuid(7, nodeId), 1, List.of(endpoint), rack);
    }

    /// An image with nodes 1 to `count`.
    static ClusterImage withNodes(int count) {
        var facts = new ArrayList<ClusterRecord>();
        for (int id = 1; id <= count; id++)
            facts.add(new ClusterRecord.NodeRegistered(node(id, "")));
        return after(ClusterImage.EMPTY, facts);
    }

    static ClusterImage after(ClusterImage before, List<ClusterRecord> facts) {
        return before.apply(new MetadataBatch(1, before.acceptedIndex(), facts),
            before.acceptedIndex() + 1);
    }

    static ClusterImage withTopic(ClusterImage before, String name, int partitions) {
        var state = PartitionImage.fresh(List.of(1));
        return after(before, List.of(new ClusterRecord.TopicCreated(name, idOf(name),
            Collections.nCopies(partitions, state))));
    }

    static Uuid idOf(String name) {
        return new Uuid(42, name.hashCode());
    }

    static List<ClusterRecord> facts(ClusterImage image) {
        var facts = new ArrayList<ClusterRecord>();
        image.facts().forEachRemaining(facts::add);
        return facts;
    }

    /// Knows a number, a list and a setting that is fixed.
    private static final class TestRules implements ConfigRules {
        @Override public Optional<Refusal> refusal(ConfigResource resource, String setting,
            String value) {
            return switch (setting) {
                case "cleanup.policy", "text", BALANCE, Draining.SETTING -> Optional.empty();
                case "retention.ms" -> value.matches("-?[0-9]+")
                    ? Optional.empty()
                    : Optional.of(new Refusal(ErrorCode.INVALID_CONFIG, "not a number: " + value));
                case "log.dirs" -> Optional
                    .of(new Refusal(ErrorCode.INVALID_REQUEST, "log.dirs cannot be changed"));
                default ->
                    Optional.of(new Refusal(ErrorCode.INVALID_CONFIG, "unknown: " + setting));
            };
        }

        @Override public boolean isList(ConfigResource.Type type, String setting) {
            return setting.equals("cleanup.policy") || setting.equals(Draining.SETTING);
        }

        @Override public Optional<Refusal> refusal(ClusterImage image, ConfigResource resource,
            SortedMap<String, String> settings) {
            boolean clash = "never".equals(settings.get("text"))
                && settings.containsKey("retention.ms");
            return clash
                ? Optional.of(new Refusal(ErrorCode.INVALID_CONFIG, "never has no time"))
                : Optional.empty();
        }

        @Override public ReplicaRules replicas(ClusterImage image, String topic) {
            var own = image.configs(ConfigResource.topic(topic));
            return new ReplicaRules(Integer.parseInt(own.getOrDefault("min", "1")),
                own.containsKey("unclean"));
        }

        @Override public int wantedReplicas(ClusterImage image, TopicImage topic) {
            return topic.isInternal() || topic.isFactorByCluster() ? replicasByDefault(image) : 0;
        }

        @Override public int replicasByDefault(ClusterImage image) {
            return Integer.parseInt(
                image.configs(ConfigResource.everyBroker()).getOrDefault("text", "1"));
        }

        @Override public BalanceRules balance(ClusterImage image) {
            var own = image.configs(ConfigResource.everyBroker());
            return new BalanceRules(!own.getOrDefault(BALANCE, "true").equals("false"),
                HEAL_AFTER_NS);
        }

        @Override public List<String> inherited(ClusterImage image, ConfigResource resource,
            String setting) {
            return setting.equals(Draining.SETTING) ? List.of() : List.of("delete");
        }
    }
}

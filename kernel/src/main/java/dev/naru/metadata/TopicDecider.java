package dev.naru.metadata;

import dev.naru.base.Entropy;
import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer.CreatedTopic;
import dev.naru.metadata.ClusterAnswer.DeletedTopic;
import dev.naru.metadata.ClusterAnswer.GrownTopic;
import dev.naru.metadata.ClusterRecord.ConfigSet;
import dev.naru.metadata.ClusterRecord.PartitionsAdded;
import dev.naru.metadata.ClusterRecord.TopicCreated;
import dev.naru.metadata.ClusterRecord.TopicDeleted;
import dev.naru.metadata.ClusterRequest.CreatePartitions;
import dev.naru.metadata.ClusterRequest.CreateTopics;
import dev.naru.metadata.ClusterRequest.DeleteTopics;
import dev.naru.metadata.ClusterRequest.Growth;
import dev.naru.metadata.ClusterRequest.NewTopic;
import dev.naru.metadata.ClusterRequest.TopicRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Decides what becomes of requests to create, grow and delete topics. Each topic of a request
/// stands for itself: one that is refused does not touch the others.
final class TopicDecider {
    private final ConfigRules rules;
    private final Entropy entropy;

    TopicDecider(ConfigRules rules, Entropy entropy) {
        this.rules = rules;
        this.entropy = entropy;
    }

    Decided create(ClusterImage image, CreateTopics request) {
        var repeated = repeated(request.topics().stream().map(NewTopic::name).toList());
        var facts = new ArrayList<ClusterRecord>();
        var answers = new ArrayList<CreatedTopic>();
        var round = new Round(image, request, new Placement(image, entropy.below(1 << 16)));
        for (var topic : request.topics()) {
            var outcome = repeated.contains(topic.name())
                ? new Refused(ErrorCode.INVALID_REQUEST,
                    "The topic stands more than once in the request.")
                : round.decide(topic);
            switch (outcome) {
                case Refused(var why, var message) -> answers.add(new CreatedTopic(topic.name(),
                    Uuid.ZERO, why, message, -1, -1, Collections.emptySortedMap()));
                case Accepted accepted -> {
                    facts.addAll(accepted.facts(topic.name()));
                    answers.add(accepted.answer(topic.name(), request.validateOnly()));
                }
            }
        }
        var answer = new ClusterAnswer.TopicsCreated(answers);
        return request.validateOnly() ? Decided.only(answer) : new Decided(facts, answer);
    }

    Decided delete(ClusterImage image, DeleteTopics request) {
        var times = new TreeMap<Uuid, Integer>();
        for (var ref : request.topics()) {
            find(image, ref).ifPresent(topic -> times.merge(topic.topicId(), 1, Integer::sum));
        }
        var answers = new ArrayList<DeletedTopic>();
        var facts = new ArrayList<ClusterRecord>();
        for (var ref : request.topics()) {
            var found = find(image, ref);
            if (found.isEmpty()) {
                answers.add(unknown(ref));
                continue;
            }
            var topic = found.get();
            if (times.getOrDefault(topic.topicId(), 0) > 1) {
                answers
                    .add(new DeletedTopic(topic.name(), topic.topicId(), ErrorCode.INVALID_REQUEST,
                        "The topic stands more than once in the request."));
                continue;
            }
            facts.add(new TopicDeleted(topic.topicId()));
            answers.add(new DeletedTopic(topic.name(), topic.topicId(), ErrorCode.NONE, ""));
        }
        return new Decided(facts, new ClusterAnswer.TopicsDeleted(answers));
    }

    Decided grow(ClusterImage image, CreatePartitions request) {
        var repeated = repeated(request.topics().stream().map(Growth::name).toList());
        var facts = new ArrayList<ClusterRecord>();
        var answers = new ArrayList<GrownTopic>();
        int added = 0;
        for (var growth : request.topics()) {
            var outcome = repeated.contains(growth.name())
                ? new Refused(ErrorCode.INVALID_REQUEST,
                    "The topic stands more than once in the request.")
                : growOne(image, growth, added);
            switch (outcome) {
                case Refused(var why, var message) -> answers
                    .add(new GrownTopic(growth.name(), why, message));
                case Accepted accepted -> {
                    added += accepted.partitions().size();
                    facts.add(new PartitionsAdded(accepted.topicId(), accepted.partitions()));
                    answers.add(new GrownTopic(growth.name(), ErrorCode.NONE, ""));
                }
            }
        }
        var answer = new ClusterAnswer.PartitionsCreated(answers);
        return request.validateOnly() ? Decided.only(answer) : new Decided(facts, answer);
    }

    private Outcome growOne(ClusterImage image, Growth growth, int addedBefore) {
        var found = image.topic(growth.name());
        if (found.isEmpty()) {
            return new Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "There is no such topic.");
        }
        var topic = found.get();
        int present = topic.partitionCount();
        if (growth.totalPartitions() == present) {
            return new Refused(ErrorCode.INVALID_PARTITIONS,
                "The topic has " + present + " partitions already.");
        }
        if (growth.totalPartitions() < present) {
            return new Refused(ErrorCode.INVALID_PARTITIONS, "The topic has " + present
                + " partitions; " + growth.totalPartitions() + " would not be more.");
        }
        int more = growth.totalPartitions() - present;
        var tooMany = TopicLimits.refusal(growth.totalPartitions(), more, addedBefore, image);
        if (tooMany.isPresent()) return tooMany.get();
        var asked = growth.assignments();
        if (asked == null) return growChosen(image, topic, more);
        return growAssigned(image, topic, more, asked);
    }

    private Outcome growChosen(ClusterImage image, TopicImage topic, int more) {
        int factor = topic.replicationFactor();
        var placement = new Placement(image, entropy.below(1 << 16));
        if (factor > placement.nodeCount()) {
            return Assignments.tooFewNodes(factor, placement.nodeCount());
        }
        var partitions = Assignments.chosen(placement, topic.partitionCount(), more, factor);
        return new Accepted(topic.topicId(), partitions, Collections.emptySortedMap(), false);
    }

    private static Outcome growAssigned(ClusterImage image, TopicImage topic, int more,
        List<List<Integer>> asked) {
        if (asked.size() != more) {
            return new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT, more
                + " partitions would be new, but nodes are given for " + asked.size() + ".");
        }
        var assigned = new ArrayList<ClusterRequest.Assignment>();
        for (int i = 0; i < more; i++) {
            assigned.add(new ClusterRequest.Assignment(topic.partitionCount() + i, asked.get(i)));
        }
        var refusal = Assignments.problem(assigned, topic.partitionCount(), image);
        if (refusal.isPresent()) return refusal.get();
        if (asked.getFirst().size() != topic.replicationFactor()) {
            return new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                "The topic's replication factor is "
                    + topic.replicationFactor() + ", not " + asked.getFirst().size() + ".");
        }
        return new Accepted(topic.topicId(), Assignments.given(assigned, image),
            Collections.emptySortedMap(), false);
    }

    private static Optional<TopicImage> find(ClusterImage image, TopicRef ref) {
        return switch (ref) {
            case TopicRef.ByName(var name) -> image.topic(name);
            case TopicRef.ById(var topicId) -> image.topic(topicId);
        };
    }

    private static DeletedTopic unknown(TopicRef ref) {
        return switch (ref) {
            case TopicRef.ByName(var name) -> new DeletedTopic(name, Uuid.ZERO,
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "There is no such topic.");
            case TopicRef.ById(var topicId) ->
                new DeletedTopic("", topicId, ErrorCode.UNKNOWN_TOPIC_ID,
                    "No topic has this id.");
        };
    }

    private static SortedSet<String> repeated(List<String> names) {
        var seen = new TreeSet<String>();
        var repeated = new TreeSet<String>();
        for (var name : names) {
            if (!seen.add(name)) repeated.add(name);
        }
        return repeated;
    }

    /// What becomes of one topic.
    sealed interface Outcome {}

    record Refused(ErrorCode why, String message) implements Outcome {}

    record Accepted(Uuid topicId, List<PartitionImage> partitions,
        SortedMap<String, String> settings, boolean isFactorByCluster)
        implements
            Outcome {
        private List<ClusterRecord> facts(String name) {
            var facts = new ArrayList<ClusterRecord>();
            facts.add(new TopicCreated(name, topicId, partitions));
            if (isFactorByCluster) facts.add(new ClusterRecord.FactorChosen(topicId, true));
            var resource = ConfigResource.topic(name);
            settings
                .forEach((setting, value) -> facts.add(new ConfigSet(resource, setting, value)));
            return facts;
        }

        private CreatedTopic answer(String name, boolean validateOnly) {
            return new CreatedTopic(name, validateOnly ? Uuid.ZERO : topicId, ErrorCode.NONE, "",
                partitions.size(), partitions.getFirst().replicas().size(), settings);
        }
    }

    /// One request to create topics: what its earlier topics took counts for its later ones.
    private final class Round {
        private final ClusterImage image;
        private final CreateTopics request;
        private final Placement placement;
        private final TreeMap<String, String> looks = new TreeMap<>();
        private int added;

        private Round(ClusterImage image, CreateTopics request, Placement placement) {
            this.image = image;
            this.request = request;
            this.placement = placement;
        }

        private Outcome decide(NewTopic topic) {
            var badName = refuseName(topic.name());
            if (badName.isPresent()) return badName.get();
            var settings = new TreeMap<String, String>();
            var badSetting = readSettings(topic, settings);
            if (badSetting.isPresent()) return badSetting.get();
            var outcome = topic.assignments().isEmpty()
                ? choose(topic, settings)
                : assign(topic, settings);
            if (outcome instanceof Accepted accepted) {
                added += accepted.partitions().size();
                looks.put(TopicName.look(topic.name()), topic.name());
            }
            return outcome;
        }

        private Optional<Refused> refuseName(String name) {
            var problem = TopicName.problem(name);
            if (problem.isPresent()) {
                return Optional.of(new Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, problem.get()));
            }
            if (name.equals(TopicName.CLUSTER_METADATA)) {
                return Optional.of(new Refused(ErrorCode.TOPIC_AUTHORIZATION_FAILED,
                    "The name " + name + " is kept for the cluster's own log."));
            }
            if (image.topic(name).isPresent()) {
                return Optional.of(new Refused(ErrorCode.TOPIC_ALREADY_EXISTS,
                    "There is a topic '" + name + "' already."));
            }
            var other = image.lookAlike(name)
                .or(() -> Optional.ofNullable(looks.get(TopicName.look(name))));
            return other
                .map(o -> new Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, "The topic '" + name
                    + "' would be the same as '" + o + "' in metrics, where '.' is written '_'."));
        }

        private Optional<Refused> readSettings(NewTopic topic, SortedMap<String, String> into) {
            var resource = ConfigResource.topic(topic.name());
            for (var setting : topic.settings()) {
                var value = setting.value();
                if (value == null) {
                    return Optional.of(new Refused(ErrorCode.INVALID_CONFIG,
                        "The setting " + setting.name() + " has no value."));
                }
                var refusal = rules.refusal(resource, setting.name(), value);
                if (refusal.isPresent()) {
                    return Optional.of(new Refused(refusal.get().why(), refusal.get().message()));
                }
                into.put(setting.name(), value);
            }
            return rules.refusal(image, resource, into).map(r -> new Refused(r.why(), r.message()));
        }

        private Outcome choose(NewTopic topic, SortedMap<String, String> settings) {
            int count = topic.partitions() == -1 ? request.defaultPartitions() : topic.partitions();
            if (count <= 0) {
                return new Refused(ErrorCode.INVALID_PARTITIONS,
                    "A topic has at least one partition, not " + count + ".");
            }
            var tooMany = TopicLimits.refusal(count, count, added, image);
            if (tooMany.isPresent()) return tooMany.get();
            boolean isByCluster = topic.replicationFactor() == -1 && !request.internal();
            int factor = topic.replicationFactor() == -1
                ? factorByDefault(request)
                : topic.replicationFactor();
            if (factor <= 0) {
                return new Refused(ErrorCode.INVALID_REPLICATION_FACTOR,
                    "A partition has at least one replica, not " + factor + ".");
            }
            int nodes = placement.nodeCount();
            if (request.internal() && nodes > 0) factor = Math.min(factor, nodes);
            if (factor > nodes) return Assignments.tooFewNodes(factor, nodes);
            return new Accepted(entropy.uuid(), Assignments.chosen(placement, 0, count, factor),
                settings, isByCluster);
        }

        /// As many as the setting says, and more where there are nodes for them.
        private int factorByDefault(CreateTopics request) {
            int least = request.defaultReplicationFactor();
            return least <= 0
                ? least
                : Math.max(least,
                    Math.min(rules.replicasByDefault(image), placement.activeCount()));
        }

        private Outcome assign(NewTopic topic, SortedMap<String, String> settings) {
            if (topic.partitions() != -1 || topic.replicationFactor() != -1) {
                return new Refused(ErrorCode.INVALID_REQUEST,
                    "With assigned nodes the counts of partitions and replicas must be -1.");
            }
            int count = topic.assignments().size();
            var tooMany = TopicLimits.refusal(count, count, added, image);
            if (tooMany.isPresent()) return tooMany.get();
            var refusal = Assignments.problem(topic.assignments(), 0, image);
            if (refusal.isPresent()) return refusal.get();
            return new Accepted(entropy.uuid(), Assignments.given(topic.assignments(), image),
                settings, false);
        }
    }

    /// How many partitions there may be.
    private static final class TopicLimits {
        private static Optional<Refused> refusal(int total, int more, int addedBefore,
            ClusterImage image) {
            if (total > Limits.PARTITIONS_PER_TOPIC_MAX) {
                return Optional.of(new Refused(ErrorCode.INVALID_PARTITIONS, "A topic has at most "
                    + Limits.PARTITIONS_PER_TOPIC_MAX + " partitions, not " + total + "."));
            }
            if (addedBefore + more > Limits.PARTITIONS_PER_REQUEST_MAX) {
                return Optional
                    .of(new Refused(ErrorCode.POLICY_VIOLATION, "One request creates at most "
                        + Limits.PARTITIONS_PER_REQUEST_MAX + " partitions."));
            }
            if (image.partitionCount() + addedBefore + more > Limits.PARTITIONS_MAX) {
                return Optional.of(new Refused(ErrorCode.POLICY_VIOLATION, "A cluster has at most "
                    + Limits.PARTITIONS_MAX + " partitions."));
            }
            return Optional.empty();
        }
    }
}

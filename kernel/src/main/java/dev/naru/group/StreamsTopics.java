package dev.naru.group;

import dev.naru.base.Patterns;
import dev.naru.wire.message.StreamsGroupTopologyValue;
import dev.naru.wire.message.StreamsGroupTopologyValue.CopartitionGroup;
import dev.naru.wire.message.StreamsGroupTopologyValue.Subtopology;
import dev.naru.wire.message.StreamsGroupTopologyValue.TopicInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Holds a topology against the topics that there are: which internal topics it needs, with how many
/// partitions, and so which tasks it has. A function of its input.
final class StreamsTopics {
    static final byte MISSING_SOURCE_TOPICS = 1;
    static final byte INCORRECTLY_PARTITIONED_TOPICS = 2;
    static final byte MISSING_INTERNAL_TOPICS = 3;

    private final StreamsGroupTopologyValue topology;
    private final TopicsView view;
    private final Patterns patterns;
    private final SortedMap<String, Integer> counts = new TreeMap<>();

    private StreamsTopics(StreamsGroupTopologyValue topology, TopicsView view,
        Patterns patterns) {
        this.topology = topology;
        this.view = view;
        this.patterns = patterns;
    }

    /// What came of it.
    sealed interface Outcome {}

    /// All topics are there as they must be; the number of tasks of each subtopology.
    record Ready(SortedMap<String, Integer> taskCounts) implements Outcome {}

    /// Something is wrong with the topics. `toCreate` can be created to make it better.
    record NotReady(byte status, String detail, List<InternalTopic> toCreate) implements Outcome {}

    static Outcome configure(StreamsGroupTopologyValue topology, TopicsView view,
        Patterns patterns) {
        return new StreamsTopics(topology, view, patterns).configure();
    }

    /// The subtopologies that read a topic.
    static List<String> reading(@Nullable StreamsGroupTopologyValue topology, String topic) {
        var reading = new ArrayList<String>();
        if (topology == null) return reading;
        for (var part : topology.subtopologies()) {
            boolean isSource = part.sourceTopics().contains(topic) || part
                .repartitionSourceTopics().stream().anyMatch(it -> it.name().equals(topic));
            if (isSource || !part.sourceTopicRegex().isEmpty()) reading.add(part.subtopologyId());
        }
        return reading;
    }

    /// Whether one of the topics is one that the application reads or keeps.
    static boolean concern(StreamsGroupTopologyValue topology, Set<String> names,
        Patterns patterns) {
        var topics = new StreamsTopics(topology, TopicsView.NONE, patterns);
        for (var part : topology.subtopologies()) {
            boolean isNamed = part.sourceTopics().stream().anyMatch(names::contains)
                || isNamed(part.repartitionSourceTopics(), names)
                || isNamed(part.stateChangelogTopics(), names);
            if (isNamed) return true;
            for (var expression : part.sourceTopicRegex()) {
                if (names.stream().anyMatch(topics.matcher(expression))) return true;
            }
        }
        return false;
    }

    private static boolean isNamed(List<TopicInfo> topics, Set<String> names) {
        return topics.stream().anyMatch(topic -> names.contains(topic.name()));
    }

    /// All topics that the application reads or keeps, whether they exist or not.
    static SortedSet<String> all(StreamsGroupTopologyValue topology, TopicsView view,
        Patterns patterns) {
        var topics = new StreamsTopics(topology, view, patterns);
        var all = new TreeSet<String>();
        for (var part : topology.subtopologies()) {
            all.addAll(topics.sources(part));
            part.stateChangelogTopics().forEach(topic -> all.add(topic.name()));
        }
        return all;
    }

    /// The topics of one subtopology that records come from.
    static SortedSet<String> sources(StreamsGroupTopologyValue topology, String subtopologyId,
        TopicsView view, Patterns patterns) {
        for (var part : topology.subtopologies()) {
            if (!part.subtopologyId().equals(subtopologyId)) continue;
            return new StreamsTopics(topology, view, patterns).sources(part);
        }
        return new TreeSet<>();
    }

    private Outcome configure() {
        var missing = missingSources();
        if (!missing.isEmpty()) {
            return new NotReady(MISSING_SOURCE_TOPICS,
                "Source topics " + String.join(", ", missing) + " are missing.", List.of());
        }
        for (var part : topology.subtopologies()) {
            for (var name : externals(part)) {
                view.topic(name).ifPresent(topic -> counts.put(name, topic.partitionCount()));
            }
        }
        var flaw = countRepartitions();
        if (flaw.isEmpty()) flaw = copartition();
        if (!flaw.isEmpty()) {
            return new NotReady(INCORRECTLY_PARTITIONED_TOPICS, flaw, List.of());
        }
        return hold(internals());
    }

    private Outcome hold(SortedMap<String, InternalTopic> internals) {
        var toCreate = new ArrayList<InternalTopic>();
        for (var internal : internals.values()) {
            var topic = view.topic(internal.name());
            if (topic.isEmpty()) {
                toCreate.add(internal);
            } else if (topic.get().partitionCount() != internal.partitions()) {
                return new NotReady(INCORRECTLY_PARTITIONED_TOPICS,
                    "Existing topic " + internal.name() + " has " + topic.get().partitionCount()
                        + " partitions instead of " + internal.partitions() + ".",
                    List.of());
            }
        }
        if (!toCreate.isEmpty()) {
            var names = toCreate.stream().map(InternalTopic::name).toList();
            return new NotReady(MISSING_INTERNAL_TOPICS,
                "Internal topics are missing: " + names, toCreate);
        }
        var taskCounts = new TreeMap<String, Integer>();
        for (var part : topology.subtopologies()) {
            taskCounts.put(part.subtopologyId(), largest(sources(part)));
        }
        return new Ready(taskCounts);
    }

    private SortedSet<String> externals(Subtopology part) {
        var names = new TreeSet<String>(part.sourceTopics());
        for (var expression : part.sourceTopicRegex()) {
            names.addAll(matching(expression));
        }
        return names;
    }

    private SortedSet<String> sources(Subtopology part) {
        var names = externals(part);
        part.repartitionSourceTopics().forEach(topic -> names.add(topic.name()));
        return names;
    }

    private Predicate<String> matcher(String expression) {
        return switch (patterns.compile(expression)) {
            case Patterns.Outcome.Compiled(Predicate<String> compiled) -> compiled;
            case Patterns.Outcome.Flawed _ -> _ -> false;
        };
    }

    private SortedSet<String> matching(String expression) {
        var matches = matcher(expression);
        var names = new TreeSet<String>();
        for (var topic : view.topics()) {
            if (matches.test(topic.name())) names.add(topic.name());
        }
        return names;
    }

    private SortedSet<String> missingSources() {
        var internal = new TreeSet<String>();
        for (var part : topology.subtopologies()) {
            part.repartitionSourceTopics().forEach(topic -> internal.add(topic.name()));
        }
        var missing = new TreeSet<String>();
        for (var part : topology.subtopologies()) {
            for (var name : part.sourceTopics()) {
                if (!internal.contains(name) && view.topic(name).isEmpty()) missing.add(name);
            }
            for (var expression : part.sourceTopicRegex()) {
                if (matching(expression).isEmpty()) missing.add(expression);
            }
        }
        return missing;
    }

    private int largest(SortedSet<String> names) {
        int largest = 0;
        for (var name : names) {
            largest = Math.max(largest, counts.getOrDefault(name, 0));
        }
        return largest;
    }

    /// A repartition topic without a number of its own has as many partitions as the largest source
    /// of those who write it. "" if that is known for all in the end.
    private String countRepartitions() {
        var open = new TreeSet<String>();
        for (var part : topology.subtopologies()) {
            for (var topic : part.repartitionSourceTopics()) {
                if (topic.partitions() > 0) counts.put(topic.name(), topic.partitions());
                else
                    open.add(topic.name());
            }
        }
        boolean hasProgress = true;
        while (hasProgress && !open.isEmpty()) {
            hasProgress = open.removeIf(this::isCounted);
        }
        return open.isEmpty()
            ? ""
            : "The number of partitions of " + open + " cannot be worked out.";
    }

    private boolean isCounted(String repartitionTopic) {
        int largest = 0;
        for (var part : topology.subtopologies()) {
            if (!part.repartitionSinkTopics().contains(repartitionTopic)) continue;
            for (var source : sources(part)) {
                int count = counts.getOrDefault(source, 0);
                if (count == 0) return false;
                largest = Math.max(largest, count);
            }
        }
        if (largest > 0) counts.put(repartitionTopic, largest);
        return largest > 0;
    }

    /// Topics that must be partitioned alike: repartition topics follow the others as far as their
    /// own number leaves them free. "" if they are alike in the end.
    private String copartition() {
        for (var part : topology.subtopologies()) {
            for (var together : part.copartitionGroups()) {
                var flaw = copartition(part, together);
                if (!flaw.isEmpty()) return flaw;
            }
        }
        return "";
    }

    private String copartition(Subtopology part, CopartitionGroup together) {
        var fixed = new TreeMap<String, Integer>();
        for (short index : together.sourceTopics()) {
            var name = part.sourceTopics().get(index);
            fixed.put(name, counts.getOrDefault(name, 0));
        }
        for (short index : together.sourceTopicRegex()) {
            matching(part.sourceTopicRegex().get(index))
                .forEach(name -> fixed.put(name, counts.getOrDefault(name, 0)));
        }
        var free = new TreeSet<String>();
        for (short index : together.repartitionSourceTopics()) {
            var topic = part.repartitionSourceTopics().get(index);
            if (topic.partitions() > 0) fixed.put(topic.name(), topic.partitions());
            else
                free.add(topic.name());
        }
        if (new TreeSet<>(fixed.values()).size() > 1) {
            return "Following topics do not have the same number of partitions: " + fixed + ".";
        }
        int count = fixed.isEmpty() ? largest(free) : fixed.firstEntry().getValue();
        free.forEach(name -> counts.put(name, count));
        return "";
    }

    private SortedMap<String, InternalTopic> internals() {
        var internals = new TreeMap<String, InternalTopic>();
        for (var part : topology.subtopologies()) {
            for (var topic : part.repartitionSourceTopics()) {
                internals.put(topic.name(),
                    internal(topic, counts.getOrDefault(topic.name(), 0)));
            }
            int taskCount = largest(sources(part));
            for (var topic : part.stateChangelogTopics()) {
                // a source topic may serve as the changelog of its own table
                if (part.sourceTopics().contains(topic.name())) continue;
                internals.put(topic.name(), internal(topic, taskCount));
            }
        }
        return internals;
    }

    private static InternalTopic internal(TopicInfo topic, int partitions) {
        var configs = new TreeMap<String, String>();
        topic.topicConfigs().forEach(config -> configs.put(config.key(), config.value()));
        return new InternalTopic(topic.name(), partitions, topic.replicationFactor(), configs);
    }
}

package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.metadata.ClusterAnswer.AlteredResource;
import dev.naru.metadata.ClusterRecord.ConfigRemoved;
import dev.naru.metadata.ClusterRecord.ConfigSet;
import dev.naru.metadata.ClusterRequest.AlterConfigs;
import dev.naru.metadata.ClusterRequest.Alteration;
import dev.naru.metadata.ClusterRequest.IncrementalAlterConfigs;
import dev.naru.metadata.ConfigRules.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Decides what becomes of requests to change settings. Each resource of a request stands for
/// itself and changes whole or not at all. What is set to the value it has makes no fact.
final class ConfigDecider {
    private final ConfigRules rules;

    ConfigDecider(ConfigRules rules) {
        this.rules = rules;
    }

    Decided replace(ClusterImage image, AlterConfigs request) {
        var resources = request.resources().stream().map(ClusterRequest.Replacement::resource)
            .toList();
        var round = new Round(image, resources);
        for (var replacement : request.resources()) {
            var resource = replacement.resource();
            var wanted = new TreeMap<String, String>();
            var refusal = round.refuse(resource)
                .or(() -> readReplacement(replacement, wanted))
                .or(() -> refuseValues(image, resource, wanted));
            round.close(resource, refusal, wanted);
        }
        return round.decided(request.validateOnly());
    }

    Decided alter(ClusterImage image, IncrementalAlterConfigs request) {
        var resources = request.resources().stream().map(ClusterRequest.Alterations::resource)
            .toList();
        var round = new Round(image, resources);
        for (var alterations : request.resources()) {
            var resource = alterations.resource();
            var wanted = new TreeMap<>(image.configs(resource));
            var refusal = round.refuse(resource)
                .or(() -> readAlterations(image, alterations, wanted))
                .or(() -> refuseValues(image, resource, wanted));
            round.close(resource, refusal, wanted);
        }
        return round.decided(request.validateOnly());
    }

    private static Optional<Refusal> readReplacement(ClusterRequest.Replacement replacement,
        SortedMap<String, String> wanted) {
        for (var setting : replacement.settings()) {
            var value = setting.value();
            if (value == null) return noValue(setting.name());
            if (wanted.put(setting.name(), value) != null) return twice(setting.name());
        }
        return Optional.empty();
    }

    private Optional<Refusal> readAlterations(ClusterImage image,
        ClusterRequest.Alterations alterations, SortedMap<String, String> wanted) {
        var seen = new TreeSet<String>();
        for (var alteration : alterations.alterations()) {
            if (!seen.add(alteration.name())) return twice(alteration.name());
            var refusal = read(image, alterations.resource(), alteration, wanted);
            if (refusal.isPresent()) return refusal;
        }
        return Optional.empty();
    }

    private Optional<Refusal> read(ClusterImage image, ConfigResource resource,
        Alteration alteration, SortedMap<String, String> wanted) {
        var name = alteration.name();
        if (alteration.operation() == ClusterRequest.Operation.DELETE) {
            wanted.remove(name);
            return Optional.empty();
        }
        var value = alteration.value();
        if (value == null) return noValue(name);
        switch (alteration.operation()) {
            case SET, DELETE -> wanted.put(name, value);
            case APPEND, SUBTRACT -> {
                if (!rules.isList(resource.type(), name))
                    return notList(resource, alteration, value);
                var present = wanted.get(name);
                var list = present == null
                    ? rules.inherited(image, resource, name)
                    : split(present);
                wanted.put(name, changedList(list, alteration.operation(), split(value)));
            }
        }
        return Optional.empty();
    }

    /// The list with the values added that it lacks, or without those that it has.
    private static String changedList(List<String> present, ClusterRequest.Operation operation,
        List<String> values) {
        var list = new LinkedHashSet<>(present);
        if (operation == ClusterRequest.Operation.APPEND) {
            list.addAll(values);
        } else {
            values.forEach(list::remove);
        }
        return String.join(",", list);
    }

    /// Only what changes is checked: an old value that a newer version would refuse blocks nothing
    /// else.
    private Optional<Refusal> refuseValues(ClusterImage image, ConfigResource resource,
        SortedMap<String, String> wanted) {
        var present = image.configs(resource);
        for (var entry : wanted.entrySet()) {
            if (entry.getValue().equals(present.get(entry.getKey()))) continue;
            var refusal = rules.refusal(resource, entry.getKey(), entry.getValue());
            if (refusal.isPresent()) return refusal;
        }
        return wanted.equals(present) ? Optional.empty() : rules.refusal(image, resource, wanted);
    }

    private static List<String> split(String list) {
        return Arrays.stream(list.split(",", -1)).map(String::strip).filter(v -> !v.isEmpty())
            .toList();
    }

    private static Optional<Refusal> noValue(String name) {
        return Optional
            .of(new Refusal(ErrorCode.INVALID_REQUEST, "The setting " + name + " has no value."));
    }

    private static Optional<Refusal> twice(String name) {
        return Optional.of(new Refusal(ErrorCode.INVALID_REQUEST,
            "The setting " + name + " stands more than once in the request."));
    }

    private Optional<Refusal> notList(ConfigResource resource, Alteration alteration,
        String value) {
        return rules.refusal(resource, alteration.name(), value)
            .or(() -> Optional.of(new Refusal(ErrorCode.INVALID_CONFIG, "The setting "
                + alteration.name() + " is not a list: " + alteration.operation()
                + " does not apply.")));
    }

    /// One request: which resources it names, and what is decided so far.
    private static final class Round {
        private final ClusterImage image;
        private final TreeSet<ConfigResource> repeated = new TreeSet<>();
        private final List<ClusterRecord> facts = new ArrayList<>();
        private final List<AlteredResource> answers = new ArrayList<>();
        private int added;

        private Round(ClusterImage image, List<ConfigResource> resources) {
            this.image = image;
            var seen = new TreeSet<ConfigResource>();
            for (var resource : resources) {
                if (!seen.add(resource)) repeated.add(resource);
            }
        }

        private Optional<Refusal> refuse(ConfigResource resource) {
            if (repeated.contains(resource)) {
                return refusal(ErrorCode.INVALID_REQUEST,
                    resource + " stands more than once in the request.");
            }
            return switch (resource.type()) {
                case TOPIC -> refuseTopic(resource.name());
                case BROKER -> refuseBroker(resource.name());
                case BROKER_LOGGER -> refusal(ErrorCode.INVALID_REQUEST,
                    "Log levels belong to one node and are not agreed on: ask that node.");
                case CLIENT_METRICS, GROUP -> resource.name().isEmpty()
                    ? refusal(ErrorCode.INVALID_REQUEST, "The resource has no name.")
                    : Optional.empty();
            };
        }

        private void close(ConfigResource resource, Optional<Refusal> refusal,
            SortedMap<String, String> wanted) {
            var present = image.configs(resource);
            var why = refusal.or(() -> refuseMore(present, wanted));
            if (why.isPresent()) {
                answers.add(new AlteredResource(resource, why.get().why(), why.get().message()));
                return;
            }
            if (present.isEmpty() && !wanted.isEmpty()) added++;
            for (var entry : wanted.entrySet()) {
                if (Objects.equals(present.get(entry.getKey()), entry.getValue())) continue;
                facts.add(new ConfigSet(resource, entry.getKey(), entry.getValue()));
            }
            for (var name : present.keySet()) {
                if (!wanted.containsKey(name)) facts.add(new ConfigRemoved(resource, name));
            }
            answers.add(new AlteredResource(resource, ErrorCode.NONE, ""));
        }

        private Decided decided(boolean validateOnly) {
            var answer = new ClusterAnswer.ConfigsAltered(answers);
            return validateOnly ? Decided.only(answer) : new Decided(facts, answer);
        }

        private Optional<Refusal> refuseMore(SortedMap<String, String> present,
            SortedMap<String, String> wanted) {
            if (!present.isEmpty() || wanted.isEmpty()) return Optional.empty();
            int max = Limits.CONFIGURED_RESOURCES_MAX;
            if (image.configuredResourceCount() + added < max) return Optional.empty();
            return refusal(ErrorCode.POLICY_VIOLATION, "At most " + max
                + " resources may have settings of their own.");
        }

        private Optional<Refusal> refuseTopic(String name) {
            var problem = TopicName.problem(name);
            if (problem.isPresent()) {
                return refusal(ErrorCode.INVALID_TOPIC_EXCEPTION, problem.get());
            }
            return image.topic(name).isPresent()
                ? Optional.empty()
                : refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "There is no topic '" + name + "'.");
        }

        private Optional<Refusal> refuseBroker(String name) {
            if (name.isEmpty()) return Optional.empty();
            try {
                int nodeId = Integer.parseInt(name);
                if (!Integer.toString(nodeId).equals(name)) throw new NumberFormatException(name);
                return image.node(nodeId).isPresent()
                    ? Optional.empty()
                    : refusal(ErrorCode.BROKER_ID_NOT_REGISTERED, "There is no node " + name + ".");
            } catch (NumberFormatException notNumber) {
                return refusal(ErrorCode.INVALID_REQUEST,
                    "A broker is named by its number, not '" + name + "'.");
            }
        }

        private static Optional<Refusal> refusal(ErrorCode why, String message) {
            return Optional.of(new Refusal(why, message));
        }
    }
}

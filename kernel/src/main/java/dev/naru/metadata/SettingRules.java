package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.config.BrokerDefinitions;
import dev.naru.config.BrokerNames;
import dev.naru.config.ClientMetricsDefinitions;
import dev.naru.config.ClientMetricsSettings;
import dev.naru.config.GroupDefinitions;
import dev.naru.config.GroupSettings;
import dev.naru.config.SettingDefinition;
import dev.naru.config.Settings;
import dev.naru.config.TopicDefinitions;
import dev.naru.config.TopicSettings;
import dev.naru.config.Type;
import dev.naru.config.TypedSettings;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The rules of the settings that Naru has, above the settings this node was started with. A
/// broker's setting that is refused is an invalid request, as in Kafka, any other an invalid
/// setting.
public final class SettingRules implements ConfigRules {
    private final Settings atStart;

    public SettingRules(Settings atStart) {
        this.atStart = atStart;
    }

    @Override public Optional<Refusal> refusal(ConfigResource resource, String setting,
        String value) {
        return refusal(resource, problem(resource, setting, value));
    }

    @Override public Optional<Refusal> refusal(ClusterImage image, ConfigResource resource,
        SortedMap<String, String> settings) {
        // What an older version allowed has no part in how the others go together.
        var known = new TreeMap<>(settings);
        known.entrySet().removeIf(e -> problem(resource, e.getKey(), e.getValue()).isPresent());
        var problems = problems(image, resource, known);
        return refusal(resource, problems.stream().findFirst());
    }

    @Override public boolean isList(ConfigResource.Type type, String setting) {
        return definition(type, setting).filter(d -> d.type() == Type.LIST).isPresent();
    }

    @Override public List<String> inherited(ClusterImage image, ConfigResource resource,
        String setting) {
        if (definition(resource.type(), setting).isEmpty()) return List.of();
        return inherited(image, resource).list(setting);
    }

    @Override public ReplicaRules replicas(ClusterImage image, String topic) {
        var settings = TopicSettings.of(image.configs(ConfigResource.topic(topic)),
            broker(image));
        return new ReplicaRules(settings.integer("min.insync.replicas"),
            settings.flag("unclean.leader.election.enable"));
    }

    @Override public BalanceRules balance(ClusterImage image) {
        var live = broker(image);
        return new BalanceRules(live.flag("naru.balance.enable"),
            new Now(0, 0).afterMs(live.number("naru.heal.after.ms")));
    }

    @Override public int wantedReplicas(ClusterImage image, TopicImage topic) {
        return switch (topic.name()) {
            case TopicName.CONSUMER_OFFSETS ->
                atStart.integer(BrokerNames.OFFSETS_TOPIC_REPLICATION_FACTOR);
            case TopicName.TRANSACTION_STATE ->
                atStart.integer(BrokerNames.TRANSACTION_STATE_LOG_REPLICATION_FACTOR);
            case TopicName.SHARE_GROUP_STATE ->
                atStart.integer("share.coordinator.state.topic.replication.factor");
            default -> topic.isFactorByCluster() ? replicasByDefault(image) : 0;
        };
    }

    @Override public int replicasByDefault(ClusterImage image) {
        var live = broker(image);
        return Math.max(live.integer("default.replication.factor"),
            live.integer("naru.grow.replicas.max"));
    }

    private TypedSettings inherited(ClusterImage image, ConfigResource resource) {
        var none = Collections.<String, String>emptySortedMap();
        var everyBroker = image.configs(ConfigResource.everyBroker());
        return switch (resource.type()) {
            case TOPIC -> TopicSettings.of(none, broker(image));
            case GROUP -> GroupSettings.of(none, broker(image));
            case CLIENT_METRICS -> ClientMetricsSettings.of(none);
            case BROKER, BROKER_LOGGER -> resource.name().isEmpty()
                ? atStart
                : atStart.withDynamic(everyBroker, none);
        };
    }

    private List<String> problems(ClusterImage image, ConfigResource resource,
        SortedMap<String, String> settings) {
        return switch (resource.type()) {
            case TOPIC -> TopicSettings.problems(settings, broker(image));
            case GROUP -> GroupSettings.problems(settings, broker(image));
            case CLIENT_METRICS -> ClientMetricsSettings.problems(settings);
            case BROKER_LOGGER -> List.of();
            case BROKER -> resource.name().isEmpty()
                ? atStart.problemsWithDynamic(settings, image.configs(ownResource()))
                : atStart.problemsWithDynamic(image.configs(ConfigResource.everyBroker()),
                    settings);
        };
    }

    private static Optional<String> problem(ConfigResource resource, String setting, String value) {
        return switch (resource.type()) {
            case TOPIC -> TopicDefinitions.problem(setting, value);
            case GROUP -> GroupDefinitions.problem(setting, value);
            case CLIENT_METRICS -> ClientMetricsDefinitions.problem(setting, value);
            case BROKER -> BrokerDefinitions.alterationProblem(setting, Optional.of(value),
                resource.name().isEmpty());
            case BROKER_LOGGER -> Optional.of("Log levels are not settings of the cluster.");
        };
    }

    private static Optional<SettingDefinition> definition(ConfigResource.Type type,
        String setting) {
        return switch (type) {
            case TOPIC -> TopicDefinitions.find(setting);
            case GROUP -> GroupDefinitions.find(setting);
            case CLIENT_METRICS -> ClientMetricsDefinitions.find(setting);
            case BROKER -> BrokerDefinitions.find(setting);
            case BROKER_LOGGER -> Optional.empty();
        };
    }

    private static Optional<Refusal> refusal(ConfigResource resource, Optional<String> problem) {
        var why = switch (resource.type()) {
            case BROKER, BROKER_LOGGER, CLIENT_METRICS -> ErrorCode.INVALID_REQUEST;
            case TOPIC, GROUP -> ErrorCode.INVALID_CONFIG;
        };
        return problem.map(message -> new Refusal(why, message));
    }

    private Settings broker(ClusterImage image) {
        return atStart.withDynamic(image.configs(ConfigResource.everyBroker()),
            image.configs(ownResource()));
    }

    private ConfigResource ownResource() {
        return ConfigResource.broker(atStart.nodeId());
    }
}

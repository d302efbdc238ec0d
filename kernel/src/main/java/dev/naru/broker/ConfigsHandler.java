package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.config.ClientMetricsSettings;
import dev.naru.config.GroupSettings;
import dev.naru.config.SettingEntry;
import dev.naru.config.TopicSettings;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.ConfigResource;
import dev.naru.wire.message.AlterConfigsRequest;
import dev.naru.wire.message.AlterConfigsResponse;
import dev.naru.wire.message.DescribeConfigsRequest;
import dev.naru.wire.message.DescribeConfigsResponse;
import dev.naru.wire.message.IncrementalAlterConfigsRequest;
import dev.naru.wire.message.IncrementalAlterConfigsResponse;
import dev.naru.wire.message.ListConfigResourcesRequest;
import dev.naru.wire.message.ListConfigResourcesResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// DescribeConfigs, AlterConfigs, IncrementalAlterConfigs and ListConfigResources.
final class ConfigsHandler {
    private final Cluster cluster;
    private final ControllerLink controller;

    ConfigsHandler(Cluster cluster, ControllerLink controller) {
        this.cluster = cluster;
        this.controller = controller;
    }

    void describe(Call call) {
        var request = (DescribeConfigsRequest) call.request();
        var results = new ArrayList<DescribeConfigsResponse.DescribeConfigsResult>();
        for (var resource : request.resources())
            results.add(describe(request, resource));
        call.reply(DescribeConfigsResponse.builder().results(results).build());
    }

    private DescribeConfigsResponse.DescribeConfigsResult describe(DescribeConfigsRequest request,
        DescribeConfigsRequest.DescribeConfigsResource asked) {
        var result = DescribeConfigsResponse.DescribeConfigsResult.builder()
            .resourceType(asked.resourceType())
            .resourceName(asked.resourceName());
        var type = ConfigResource.Type.of(asked.resourceType());
        if (type.isEmpty()) {
            return result.errorCode(ErrorCode.INVALID_REQUEST.code())
                .errorMessage("there is no resource type " + asked.resourceType())
                .build();
        }
        var resource = new ConfigResource(type.get(), asked.resourceName());
        var error = problem(resource);
        if (error != ErrorCode.NONE) {
            return result.errorCode(error.code()).errorMessage(error.text()).build();
        }
        var configs = new ArrayList<DescribeConfigsResponse.DescribeConfigsResourceResult>();
        for (var entry : entries(resource)) {
            var wanted = asked.configurationKeys();
            if (wanted == null || wanted.contains(entry.name())) configs.add(shown(request, entry));
        }
        return result.configs(configs).build();
    }

    private ErrorCode problem(ConfigResource resource) {
        return switch (resource.type()) {
            case TOPIC -> cluster.image().topic(resource.name()).isPresent()
                ? ErrorCode.NONE
                : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
            case BROKER -> resource.name().isEmpty() || isSelf(resource.name())
                ? ErrorCode.NONE
                : ErrorCode.INVALID_REQUEST;
            case BROKER_LOGGER -> isSelf(resource.name())
                ? ErrorCode.NONE
                : ErrorCode.INVALID_REQUEST;
            case CLIENT_METRICS, GROUP -> resource.name().isEmpty()
                ? ErrorCode.INVALID_REQUEST
                : ErrorCode.NONE;
        };
    }

    private boolean isSelf(String name) {
        return name.equals(Integer.toString(cluster.nodeId()));
    }

    private List<SettingEntry> entries(ConfigResource resource) {
        var own = cluster.image().configs(resource);
        return switch (resource.type()) {
            case TOPIC -> TopicSettings.of(own, cluster.live()).entries();
            case BROKER -> resource.name().isEmpty()
                ? cluster.live().clusterEntries()
                : cluster.live().entries();
            case BROKER_LOGGER -> List.of();
            case CLIENT_METRICS -> ClientMetricsSettings.of(own).entries();
            case GROUP -> GroupSettings.of(own, cluster.live()).entries();
        };
    }

    private static DescribeConfigsResponse.DescribeConfigsResourceResult shown(
        DescribeConfigsRequest request, SettingEntry entry) {
        var shown = DescribeConfigsResponse.DescribeConfigsResourceResult.builder()
            .name(entry.name())
            .value(entry.value().orElse(null))
            .readOnly(entry.isReadOnly())
            .configSource(entry.source().id())
            .isSensitive(entry.isSensitive())
            .configType(entry.type().id());
        if (request.includeDocumentation()) shown.documentation(entry.doc());
        if (!request.includeSynonyms()) return shown.build();
        var synonyms = new ArrayList<DescribeConfigsResponse.DescribeConfigsSynonym>();
        for (var synonym : entry.synonyms()) {
            synonyms.add(DescribeConfigsResponse.DescribeConfigsSynonym.builder()
                .name(synonym.name())
                .value(synonym.value().orElse(null))
                .source(synonym.source().id())
                .build());
        }
        return shown.synonyms(synonyms).build();
    }

    void alter(Call call) {
        var request = (AlterConfigsRequest) call.request();
        var known = new ArrayList<ClusterRequest.Replacement>();
        var results = new ArrayList<AlterConfigsResponse.AlterConfigsResourceResponse>();
        for (var resource : request.resources()) {
            var type = ConfigResource.Type.of(resource.resourceType());
            if (type.isEmpty()) {
                results.add(altered(resource.resourceType(), resource.resourceName(),
                    ErrorCode.INVALID_REQUEST, "there is no such resource type"));
                continue;
            }
            var settings = new ArrayList<ClusterRequest.Setting>();
            for (var each : resource.configs()) {
                settings.add(new ClusterRequest.Setting(each.name(), each.value()));
            }
            known.add(new ClusterRequest.Replacement(
                new ConfigResource(type.get(), resource.resourceName()), settings));
        }
        controller.submit(new ClusterRequest.AlterConfigs(known, request.validateOnly()),
            answer -> {
                var resources = known.stream().map(ClusterRequest.Replacement::resource).toList();
                for (var each : outcomes(resources, answer)) {
                    results.add(altered(each.resource().type().id(), each.resource().name(),
                        each.error(), each.message()));
                }
                call.reply(AlterConfigsResponse.builder().responses(results).build());
            });
    }

    private static AlterConfigsResponse.AlterConfigsResourceResponse altered(byte type, String name,
        ErrorCode error, String message) {
        return AlterConfigsResponse.AlterConfigsResourceResponse.builder()
            .resourceType(type)
            .resourceName(name)
            .errorCode(error.code())
            .errorMessage(Texts.orNull(message))
            .build();
    }

    void alterIncrementally(Call call) {
        var request = (IncrementalAlterConfigsRequest) call.request();
        var known = new ArrayList<ClusterRequest.Alterations>();
        var results = new ArrayList<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse>();
        for (var resource : request.resources()) {
            var alterations = alterations(resource);
            var type = ConfigResource.Type.of(resource.resourceType());
            if (type.isEmpty() || alterations.isEmpty()) {
                results.add(alteredOne(resource.resourceType(), resource.resourceName(),
                    ErrorCode.INVALID_REQUEST, "there is no such resource type or operation"));
                continue;
            }
            known.add(new ClusterRequest.Alterations(
                new ConfigResource(type.get(), resource.resourceName()), alterations.get()));
        }
        controller.submit(
            new ClusterRequest.IncrementalAlterConfigs(known, request.validateOnly()), answer -> {
                var resources = known.stream().map(ClusterRequest.Alterations::resource).toList();
                for (var each : outcomes(resources, answer)) {
                    results.add(alteredOne(each.resource().type().id(), each.resource().name(),
                        each.error(), each.message()));
                }
                call.reply(IncrementalAlterConfigsResponse.builder().responses(results).build());
            });
    }

    /// Empty when one of them asks for an operation that there is not.
    private static Optional<List<ClusterRequest.Alteration>> alterations(
        IncrementalAlterConfigsRequest.AlterConfigsResource resource) {
        var operations = ClusterRequest.Operation.values();
        var alterations = new ArrayList<ClusterRequest.Alteration>();
        for (var each : resource.configs()) {
            int operation = each.configOperation();
            if (operation < 0 || operation >= operations.length) return Optional.empty();
            alterations.add(new ClusterRequest.Alteration(each.name(), operations[operation],
                each.value()));
        }
        return Optional.of(alterations);
    }

    private static IncrementalAlterConfigsResponse.AlterConfigsResourceResponse alteredOne(
        byte type,
        String name, ErrorCode error, String message) {
        return IncrementalAlterConfigsResponse.AlterConfigsResourceResponse.builder()
            .resourceType(type)
            .resourceName(name)
            .errorCode(error.code())
            .errorMessage(Texts.orNull(message))
            .build();
    }

    private static List<ClusterAnswer.AlteredResource> outcomes(List<ConfigResource> resources,
        ClusterAnswer answer) {
        if (answer instanceof ClusterAnswer.ConfigsAltered done) return done.resources();
        var why = Texts.failure(answer);
        return resources.stream()
            .map(each -> new ClusterAnswer.AlteredResource(each, why, ""))
            .toList();
    }

    void listResources(Call call) {
        var request = (ListConfigResourcesRequest) call.request();
        var types = new TreeSet<ConfigResource.Type>();
        for (byte id : request.resourceTypes()) {
            var type = ConfigResource.Type.of(id);
            if (type.isEmpty()) {
                call.reply(ListConfigResourcesResponse.builder()
                    .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
                    .build());
                return;
            }
            types.add(type.get());
        }
        if (call.version() == 0) {
            types.add(ConfigResource.Type.CLIENT_METRICS);
        } else if (types.isEmpty()) {
            types.addAll(List.of(ConfigResource.Type.values()));
        }
        var resources = new ArrayList<ListConfigResourcesResponse.ConfigResource>();
        for (var type : types)
            for (var name : names(type))
                resources.add(listed(type, name));
        call.reply(ListConfigResourcesResponse.builder().configResources(resources).build());
    }

    private static ListConfigResourcesResponse.ConfigResource listed(ConfigResource.Type type,
        String name) {
        return ListConfigResourcesResponse.ConfigResource.builder()
            .resourceType(type.id())
            .resourceName(name)
            .build();
    }

    private List<String> names(ConfigResource.Type type) {
        var names = new ArrayList<String>();
        switch (type) {
            case TOPIC -> cluster.image().topics().forEach(topic -> names.add(topic.name()));
            case BROKER, BROKER_LOGGER -> cluster.image().nodes().keySet()
                .forEach(id -> names.add(Integer.toString(id)));
            case CLIENT_METRICS, GROUP -> cluster.image().configured(type)
                .forEach(resource -> names.add(resource.name()));
        }
        return names;
    }
}

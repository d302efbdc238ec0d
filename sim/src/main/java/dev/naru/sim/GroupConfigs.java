package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.Address;
import dev.naru.client.ClusterView;
import dev.naru.client.Reply;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.DescribeConfigsRequest;
import dev.naru.wire.message.DescribeConfigsResponse;
import dev.naru.wire.message.IncrementalAlterConfigsRequest;
import dev.naru.wire.message.IncrementalAlterConfigsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Tells a group its settings, as a careful administrator does: what is agreed on may come later to
/// one node than to another, so each is asked whether it knows. Who knows goes on knowing.
final class GroupConfigs {
    private static final byte GROUP_RESOURCE = 32;

    private final String group;
    private final TreeMap<String, String> settings;
    private final TreeSet<String> informed = new TreeSet<>();
    private boolean isAgreed;

    GroupConfigs(String group, Map<String, String> settings) {
        this.group = group;
        this.settings = new TreeMap<>(settings);
    }

    /// Hears NONE when every node knows them, else what came of it; REQUEST_TIMED_OUT when there was
    /// no answer, or a node does not know yet. Goes on where it ended when it is called again.
    void set(ClusterView view, Consumer<ErrorCode> heard) {
        if (isAgreed) ask(view, heard);
        else
            alter(view, heard);
    }

    private void alter(ClusterView view, Consumer<ErrorCode> heard) {
        var configs = new ArrayList<IncrementalAlterConfigsRequest.AlterableConfig>();
        settings.forEach((name, value) -> configs
            .add(IncrementalAlterConfigsRequest.AlterableConfig.builder().name(name).value(value)
                .build()));
        var request = IncrementalAlterConfigsRequest.builder()
            .resources(List.of(IncrementalAlterConfigsRequest.AlterConfigsResource.builder()
                .resourceType(GROUP_RESOURCE).resourceName(group).configs(configs).build()))
            .build();
        view.any().request(ApiKey.INCREMENTAL_ALTER_CONFIGS, _ -> request, reply -> {
            if (!(reply instanceof Reply.Answer answer)) {
                heard.accept(ErrorCode.REQUEST_TIMED_OUT);
                return;
            }
            var body = (IncrementalAlterConfigsResponse) answer.body();
            var error = ErrorCode.of(body.responses().getFirst().errorCode());
            isAgreed = error == ErrorCode.NONE;
            if (isAgreed) ask(view, heard);
            else
                heard.accept(error);
        });
    }

    private void ask(ClusterView view, Consumer<ErrorCode> heard) {
        var next = view.settings().bootstrap().stream()
            .filter(node -> !informed.contains(node.toString())).findFirst();
        if (next.isPresent()) ask(next.get(), view, heard);
        else
            heard.accept(ErrorCode.NONE);
    }

    private void ask(Address node, ClusterView view, Consumer<ErrorCode> heard) {
        var request = DescribeConfigsRequest.builder()
            .resources(List.of(DescribeConfigsRequest.DescribeConfigsResource.builder()
                .resourceType(GROUP_RESOURCE).resourceName(group)
                .configurationKeys(List.copyOf(settings.keySet())).build()))
            .build();
        view.link(node).request(ApiKey.DESCRIBE_CONFIGS, _ -> request, reply -> {
            boolean isKnown = reply instanceof Reply.Answer answer
                && told((DescribeConfigsResponse) answer.body()).equals(settings);
            if (isKnown) informed.add(node.toString());
            if (isKnown) ask(view, heard);
            else
                heard.accept(ErrorCode.REQUEST_TIMED_OUT);
        });
    }

    private static Map<String, String> told(DescribeConfigsResponse response) {
        var told = new TreeMap<String, String>();
        for (var each : response.results().getFirst().configs())
            told.put(each.name(), String.valueOf(each.value()));
        return told;
    }
}

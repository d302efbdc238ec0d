package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.ClusterView;
import dev.naru.client.Reply;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.IncrementalAlterConfigsRequest;
import dev.naru.wire.message.IncrementalAlterConfigsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Tells a group its settings.
final class GroupConfigs {
    private static final byte GROUP_RESOURCE = 32;

    private GroupConfigs() {}

    /// Hears what came of it; REQUEST_TIMED_OUT when there was no answer.
    static void set(ClusterView view, String group, Map<String, String> settings,
        Consumer<ErrorCode> heard) {
        var configs = new ArrayList<IncrementalAlterConfigsRequest.AlterableConfig>();
        new TreeMap<>(settings).forEach((name, value) -> configs
            .add(IncrementalAlterConfigsRequest.AlterableConfig.builder().name(name).value(value)
                .build()));
        var request = IncrementalAlterConfigsRequest.builder()
            .resources(List.of(IncrementalAlterConfigsRequest.AlterConfigsResource.builder()
                .resourceType(GROUP_RESOURCE).resourceName(group).configs(configs).build()))
            .build();
        view.any().request(ApiKey.INCREMENTAL_ALTER_CONFIGS, _ -> request, reply -> {
            if (reply instanceof Reply.Answer answer) {
                var body = (IncrementalAlterConfigsResponse) answer.body();
                heard.accept(ErrorCode.of(body.responses().getFirst().errorCode()));
            } else {
                heard.accept(ErrorCode.REQUEST_TIMED_OUT);
            }
        });
    }
}

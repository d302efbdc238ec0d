package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.ApiVersionsRequest;
import dev.naru.wire.message.ApiVersionsResponse;
import java.util.ArrayList;
import java.util.List;

/// ApiVersions: what this broker speaks, and which features the cluster has finalized (KIP-35,
/// KIP-511, KIP-584, KIP-1242).
final class ApiVersionsHandler {
    private static final short NAMES_SOFTWARE_SINCE = 3;
    private static final short ALLOWS_LEVEL_ZERO_SINCE = 4;
    private static final short NAMES_CLUSTER_SINCE = 5;

    private final Cluster cluster;

    ApiVersionsHandler(Cluster cluster) {
        this.cluster = cluster;
    }

    void handle(Call call) {
        var request = (ApiVersionsRequest) call.request();
        var error = error(call, request);
        var response = ApiVersionsResponse.builder()
            .errorCode(error.code())
            .apiKeys(ServedApis.at(call.caller().door()).advertised());
        if (error == ErrorCode.NONE) addFeatures(response, call.version());
        call.reply(response.build());
    }

    private ErrorCode error(Call call, ApiVersionsRequest request) {
        if (call.isUnknownVersion()) return ErrorCode.UNSUPPORTED_VERSION;
        if (call.version() >= NAMES_SOFTWARE_SINCE
            && !(isName(request.clientSoftwareName()) && isName(request.clientSoftwareVersion()))) {
            return ErrorCode.INVALID_REQUEST;
        }
        if (call.version() >= NAMES_CLUSTER_SINCE && isElsewhere(request)) {
            return ErrorCode.REBOOTSTRAP_REQUIRED;
        }
        return ErrorCode.NONE;
    }

    /// The client was sent to another cluster or node than it meant.
    private boolean isElsewhere(ApiVersionsRequest request) {
        var meantCluster = request.clusterId();
        boolean isOtherCluster = meantCluster != null
            && !meantCluster.equals(cluster.image().clusterId());
        boolean isOtherNode = request.nodeId() >= 0 && request.nodeId() != cluster.nodeId();
        return isOtherCluster || isOtherNode;
    }

    /// Letters, digits, dashes and dots, with a letter or digit at both ends (KIP-511).
    private static boolean isName(String text) {
        if (text.isEmpty() || !isPlain(text.charAt(0))
            || !isPlain(text.charAt(text.length() - 1))) {
            return false;
        }
        return text.chars().allMatch(c -> isPlain((char) c) || c == '-' || c == '.');
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private void addFeatures(ApiVersionsResponse.Builder response, short version) {
        var supported = new ArrayList<ApiVersionsResponse.SupportedFeatureKey>();
        Features.SUPPORTED.forEach((name, range) -> {
            // older clients refuse a range that starts at 0
            if (range.lowest() == 0 && version < ALLOWS_LEVEL_ZERO_SINCE) return;
            supported.add(ApiVersionsResponse.SupportedFeatureKey.builder()
                .name(name)
                .minVersion(range.lowest())
                .maxVersion(range.highest())
                .build());
        });
        List<ApiVersionsResponse.FinalizedFeatureKey> finalized = new ArrayList<>();
        cluster.image().features().forEach((name, level) -> {
            if (level > 0) {
                finalized.add(ApiVersionsResponse.FinalizedFeatureKey.builder()
                    .name(name)
                    .minVersionLevel(level)
                    .maxVersionLevel(level)
                    .build());
            }
        });
        response.supportedFeatures(supported)
            .finalizedFeaturesEpoch(cluster.image().acceptedIndex())
            .finalizedFeatures(finalized);
    }
}

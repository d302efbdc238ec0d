package dev.naru.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ApiVersionsRequest;
import dev.naru.wire.message.ApiVersionsResponse;
import org.apache.kafka.common.message.ApiMessageType;
import org.junit.jupiter.api.Test;

final class ApiKeyTest {
    @Test void keys_and_versions_are_those_of_the_protocol() {
        for (var key : ApiKey.values()) {
            if (key.isOwn()) continue;
            var kafka = ApiMessageType.fromApiKey(key.id());
            assertThat(key.name()).isEqualTo(kafka.name());
            assertThat(key.lowestVersion()).isEqualTo(kafka.lowestSupportedVersion());
            assertThat(key.highestVersion()).isEqualTo(kafka.highestSupportedVersion(true));
            assertThat(key.highestStableVersion()).isEqualTo(kafka.highestSupportedVersion(false));
            assertThat(key.title()).isEqualTo(kafka.name);
        }
    }

    @Test void headers_have_the_versions_that_clients_expect() {
        for (var key : ApiKey.values()) {
            if (key.isOwn()) continue;
            var kafka = ApiMessageType.fromApiKey(key.id());
            for (short v = key.lowestVersion(); v <= key.highestVersion(); v++) {
                assertThat(key.requestHeaderVersion(v)).isEqualTo(kafka.requestHeaderVersion(v));
                assertThat(key.responseHeaderVersion(v)).isEqualTo(kafka.responseHeaderVersion(v));
            }
        }
    }

    @Test void dead_and_unknown_keys_are_not_there() {
        assertThat(ApiKey.of((short) 0)).contains(ApiKey.PRODUCE);
        assertThat(ApiKey.of((short) 94)).contains(ApiKey.UNREGISTER_CONTROLLER);
        for (int dead : new int[]{-1, 4, 5, 6, 7, 95, 32_767, -32_768}) {
            assertThat(ApiKey.of((short) dead)).isEmpty();
        }
    }

    @Test void what_only_our_nodes_ask_has_keys_of_its_own_range() {
        assertThat(ApiKey.of((short) 20_000)).contains(ApiKey.JOIN_CLUSTER);
        for (var key : ApiKey.values())
            assertThat(key.isOwn()).isEqualTo(key.id() >= 20_000);
    }

    @Test void a_key_reads_its_own_bodies() throws Malformed {
        var request = ApiVersionsRequest.builder().clientSoftwareName("naru").build();
        var response = ApiVersionsResponse.builder().throttleTimeMs(3).build();
        short version = 3;
        assertThat(ApiKey.API_VERSIONS.readRequest(new Reader(request.toBuffer(version)), version))
            .isEqualTo(request);
        assertThat(
            ApiKey.API_VERSIONS.readResponse(new Reader(response.toBuffer(version)), version))
            .isEqualTo(response);
    }
}

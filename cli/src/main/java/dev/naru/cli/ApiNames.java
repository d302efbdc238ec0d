package dev.naru.cli;

import dev.naru.wire.message.ApiKey;
import java.util.Locale;
import java.util.Optional;

/// Names of requests by their number, spelt as in the protocol: `ListOffsets`.
final class ApiNames {
    private ApiNames() {}

    static String of(int key) {
        return known(key).map(api -> spelt(api.name())).orElse("UNKNOWN");
    }

    static Optional<ApiKey> known(int key) {
        return ApiKey.of((short) key);
    }

    static String spelt(String constant) {
        var name = new StringBuilder();
        for (String word : constant.split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }
}

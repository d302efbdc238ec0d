package dev.naru.config;

import static dev.naru.config.Allow.ANY;
import static dev.naru.config.Allow.CLIENT_MATCH;
import static dev.naru.config.Allow.between;
import static dev.naru.config.Handling.NO_TELEMETRY;
import static dev.naru.config.Mode.OPEN;
import static dev.naru.config.Type.INT;
import static dev.naru.config.Type.LIST;

import java.util.List;

/// Settings of a subscription to the metrics of clients.
final class ClientMetricsTable {
    private ClientMetricsTable() {}

    static final List<SettingDefinition> ALL = List.of(
        new SettingDefinition("interval.ms", INT, 300_000L, between(100, 3_600_000), OPEN,
            NO_TELEMETRY,
            "How often a matching client should send its metrics."),
        new SettingDefinition("match", LIST, List.of(), CLIENT_MATCH, OPEN, NO_TELEMETRY,
            "Which clients are meant, as key=pattern with keys such as client_id or "
                + "client_software_name; empty means all."),
        new SettingDefinition("metrics", LIST, List.of(), ANY, OPEN, NO_TELEMETRY,
            "Beginnings of the names of the metrics that clients should send; empty means none, "
                + "* all."));
}

package dev.naru.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The settings of one subscription to the metrics of clients. Immutable.
public final class ClientMetricsSettings implements TypedSettings {
    private final Layers layers;

    private ClientMetricsSettings(Layers layers) {
        this.layers = layers;
    }

    /// `overrides` are what the subscription was given, checked by [#problems] before it was
    /// stored.
    public static ClientMetricsSettings of(Map<String, String> overrides) {
        var definitions = ClientMetricsDefinitions.ALL;
        var own = Layers.parse(overrides, definitions);
        return new ClientMetricsSettings(
            new Layers(definitions, Source.CLIENT_METRICS, own, null, name -> List.of()));
    }

    /// Why a subscription cannot have these settings, each as a whole sentence.
    public static List<String> problems(Map<String, String> overrides) {
        var problems = new ArrayList<String>();
        overrides.forEach((name, value) -> ClientMetricsDefinitions.problem(name, value)
            .ifPresent(problems::add));
        return problems;
    }

    @Override public Optional<Object> value(String name) {
        return layers.value(name);
    }

    /// All settings as DescribeConfigs shows them, sorted by name.
    public List<SettingEntry> entries() {
        return layers.entries();
    }

    /// One setting as DescribeConfigs shows it; empty when there is no such setting.
    public Optional<SettingEntry> entry(String name) {
        return layers.entry(name);
    }
}

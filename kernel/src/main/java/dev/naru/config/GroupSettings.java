package dev.naru.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The settings of one group: its own, above the broker's, above the defaults. Immutable.
public final class GroupSettings implements TypedSettings {
    private final Layers layers;

    private GroupSettings(Layers layers) {
        this.layers = layers;
    }

    /// `overrides` are the group's own settings, checked by [#problems] before they were stored.
    public static GroupSettings of(Map<String, String> overrides, Settings broker) {
        var own = Layers.parse(overrides, GroupDefinitions.ALL);
        return new GroupSettings(
            new Layers(GroupDefinitions.ALL, Source.GROUP, own, broker, Synonyms::ofGroup));
    }

    /// Why a group cannot have these settings, each as a whole sentence.
    public static List<String> problems(Map<String, String> overrides, Settings broker) {
        var problems = new ArrayList<String>();
        overrides.forEach(
            (name, value) -> GroupDefinitions.problem(name, value).ifPresent(problems::add));
        if (!problems.isEmpty()) return problems;
        var group = of(overrides, broker);
        for (var name : overrides.keySet()) {
            problems.addAll(group.outOfBounds(name, broker));
        }
        for (var kind : List.of("consumer", "share", "streams")) {
            var session = kind + ".session.timeout.ms";
            var heartbeat = kind + ".heartbeat.interval.ms";
            if (group.number(session) <= group.number(heartbeat)) {
                problems.add("'" + session + "' must be greater than '" + heartbeat + "'");
            }
        }
        return problems;
    }

    /// The broker bounds what a group may choose, by settings of the same name with `min` or `max`
    /// in it.
    private List<String> outOfBounds(String name, Settings broker) {
        var problems = new ArrayList<String>();
        var least = bound(name, "min", broker);
        var most = bound(name, "max", broker);
        if (least.isPresent() && number(name) < broker.number(least.get())) {
            problems.add("'" + name + "' must be at least " + broker.number(least.get())
                + ", which is the broker's '"
                + least.get() + "'");
        }
        if (most.isPresent() && number(name) > broker.number(most.get())) {
            problems.add("'" + name + "' must be at most " + broker.number(most.get())
                + ", which is the broker's '"
                + most.get() + "'");
        }
        return problems;
    }

    private static Optional<String> bound(String name, String end, Settings broker) {
        int dot = name.indexOf('.');
        var rest = name.substring(dot + 1);
        var word = rest.startsWith("num.") ? rest.substring(4) : rest;
        var bound = "group." + name.substring(0, dot) + "." + end + "." + word;
        return BrokerDefinitions.find(bound).isPresent() && broker.value(bound).isPresent()
            ? Optional.of(bound)
            : Optional.empty();
    }

    @Override public Optional<Object> value(String name) {
        return layers.value(name);
    }

    /// Whether the group itself has it.
    public boolean isOwn(String name) {
        return layers.isOwn(name);
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

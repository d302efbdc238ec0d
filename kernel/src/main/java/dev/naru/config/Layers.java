package dev.naru.config;

import dev.naru.base.Invariant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A resource's own values, above those of the broker, above the defaults.
final class Layers {
    private final Definitions definitions;
    private final Source source;
    private final Map<String, Object> own;
    private final @Nullable Settings broker;
    private final Function<String, List<Synonyms.Link>> links;

    /// `own` is parsed; without a broker there is nothing between it and the defaults.
    Layers(Definitions definitions, Source source, Map<String, Object> own,
        @Nullable Settings broker,
        Function<String, List<Synonyms.Link>> links) {
        this.definitions = definitions;
        this.source = source;
        this.own = own;
        this.broker = broker;
        this.links = links;
    }

    /// The values that mean something to this release; what another one stored has no effect.
    static Map<String, Object> parse(Map<String, String> overrides, Definitions definitions) {
        var own = HashMap.<String, Object>newHashMap(overrides.size());
        overrides.forEach((name, text) -> {
            var definition = definitions.get(name);
            if (definition == null) return;
            try {
                own.put(name, definition.parse(text));
            } catch (Type.Unfit unfit) {
                // checked before it was stored, so another release did it
            }
        });
        return own;
    }

    Optional<Object> value(String name) {
        var definition = definitions.get(name);
        if (definition == null) {
            throw new Invariant.Broken("a setting that is read exists: " + name);
        }
        var value = own.get(name);
        if (value != null) return Optional.of(value);
        return inherited(name).or(() -> Optional.ofNullable(definition.defaultValue()));
    }

    private Optional<Object> inherited(String name) {
        if (broker == null) return Optional.empty();
        for (var link : links.apply(name)) {
            var value = broker.value(link.brokerName());
            if (value.isPresent()) return Optional.of(inUnit(value.get(), link.factor()));
        }
        return Optional.empty();
    }

    /// Less than nothing means no limit, whatever the unit.
    private static Object inUnit(Object value, long factor) {
        if (factor == 1 || !(value instanceof Long number)) return value;
        return number < 0 ? number : (Object) (number * factor);
    }

    boolean isOwn(String name) {
        return own.containsKey(name);
    }

    List<SettingEntry> entries() {
        var entries = new ArrayList<SettingEntry>();
        for (var definition : definitions.all()) {
            if (!definition.isHidden() || isOwn(definition.name())) entries.add(entry(definition));
        }
        return entries;
    }

    Optional<SettingEntry> entry(String name) {
        return definitions.find(name).map(this::entry);
    }

    private SettingEntry entry(SettingDefinition definition) {
        var name = definition.name();
        var value = definition.isSensitive()
            ? Optional.<String>empty()
            : value(name).map(Type::show);
        var synonyms = new ArrayList<SettingEntry.Synonym>();
        if (isOwn(name)) synonyms.add(new SettingEntry.Synonym(name, value, source));
        if (broker != null) {
            for (var link : links.apply(name)) {
                synonyms.addAll(broker.places(link.brokerName()));
            }
        }
        var strongest = synonyms.isEmpty() ? Source.DEFAULT : synonyms.getFirst().source();
        return new SettingEntry(definition, value, strongest, List.copyOf(synonyms), false);
    }
}

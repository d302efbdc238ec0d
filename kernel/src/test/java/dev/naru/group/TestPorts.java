package dev.naru.group;

import dev.naru.base.Entropy;
import dev.naru.base.Patterns;
import dev.naru.config.GroupSettings;
import dev.naru.config.Settings;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What a group shard is given in tests.
public final class TestPorts {
    private TestPorts() {}

    /// A node without topics.
    public static GroupPorts of(GroupRules rules, Entropy chance) {
        return of(rules, ConsumerRules.DEFAULT, chance, new TestTopics(), new TreeMap<>());
    }

    /// A node with these topics, where all groups have these settings.
    static GroupPorts of(GroupRules rules, ConsumerRules consumers, Entropy chance,
        TestTopics topics, Map<String, String> settings) {
        return new GroupPorts(rules, consumers, StreamsRules.DEFAULT, chance, TestPorts::compile,
            topics::view,
            _ -> GroupSettings.of(settings, broker()));
    }

    static Patterns.Outcome compile(String expression) {
        try {
            return new Patterns.Outcome.Compiled(Pattern.compile(expression).asMatchPredicate());
        } catch (PatternSyntaxException flawed) {
            return new Patterns.Outcome.Flawed(flawed.getDescription());
        }
    }

    private static Settings broker() {
        var told = new TreeMap<String, String>();
        told.put("log.dirs", "/data");
        return switch (Settings.of(told)) {
            case Settings.Outcome.Accepted accepted -> accepted.settings();
            case Settings.Outcome.Rejected rejected ->
                throw new IllegalStateException(rejected.problems().toString());
        };
    }
}

package dev.naru.group;

import dev.naru.base.Entropy;
import dev.naru.base.Patterns;
import dev.naru.config.GroupSettings;
import java.util.function.Function;
import java.util.function.Supplier;

/// What a group shard needs of its node. `topics` gives the newest picture of the topics;
/// `settings` those of a group by its id, over the broker's. Both may be asked on any loop.
public record GroupPorts(GroupRules rules, ConsumerRules consumers, StreamsRules streams,
    Entropy entropy,
    Patterns patterns,
    Supplier<TopicsView> topics, Function<String, GroupSettings> settings) {}

package dev.naru.group;

import java.util.List;

/// A topic and some of its partitions, in order.
public record ShareTopic(String name, List<Integer> partitions) {}

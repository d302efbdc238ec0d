package dev.naru.sim;

import java.util.Map;

/// A topic of the workload.
record TopicPlan(String name, int partitions, Map<String, String> configs) {}

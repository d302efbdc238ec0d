package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.databind.JsonNode;

/// Which nodes hold which partitions, as the JSON that kafka-reassign-partitions reads and writes.
record Assignment(SortedMap<TopicPartition, List<Integer>> replicas) {
    private static final String SHAPE = "{\"version\":1,\"partitions\":[{\"topic\":\"t\","
        + "\"partition\":0,\"replicas\":[1,2]}]}";

    static Assignment read(String file) {
        JsonNode root = Json.file(file);
        if (!root.path("partitions").isArray()) {
            throw Failed.because(file + " has no list of 'partitions'; it is like " + SHAPE);
        }
        var replicas = new TreeMap<TopicPartition, List<Integer>>(Order.BY_PARTITION);
        for (JsonNode one : root.path("partitions")) {
            boolean isWhole = one.path("topic").isString() && one.path("partition").isInt()
                && one.path("replicas").isArray();
            if (!isWhole)
                throw Failed.because(file + " has a partition that is not like " + SHAPE
                    + ": " + one);
            var partition = new TopicPartition(one.path("topic").asString(),
                one.path("partition").asInt());
            var nodes = new ArrayList<Integer>();
            for (JsonNode node : one.path("replicas"))
                nodes.add(node.asInt());
            if (nodes.isEmpty())
                throw Failed.because(file + " gives " + partition + " no replicas");
            if (replicas.put(partition, nodes) != null)
                throw Failed.because(file + " names " + partition + " twice");
        }
        if (replicas.isEmpty()) throw Failed.because(file + " names no partition");
        return new Assignment(replicas);
    }

    String json() {
        var partitions = new ArrayList<Map<String, Object>>();
        replicas.forEach((partition, nodes) -> {
            var one = new LinkedHashMap<String, Object>();
            one.put("topic", partition.topic());
            one.put("partition", partition.partition());
            one.put("replicas", nodes);
            one.put("log_dirs", nodes.stream().map(_ -> "any").toList());
            partitions.add(one);
        });
        var root = new LinkedHashMap<String, Object>();
        root.put("version", 1);
        root.put("partitions", partitions);
        return Json.compact(root);
    }

    List<String> topics() {
        return replicas.keySet().stream().map(TopicPartition::topic).distinct().toList();
    }
}

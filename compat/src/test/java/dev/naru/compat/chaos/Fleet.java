package dev.naru.compat.chaos;

import dev.naru.compat.broker.Seat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;

/// The nodes of one cluster, each a process.
final class Fleet implements AutoCloseable {
    private final List<Member> members;

    private Fleet(List<Member> members) {
        this.members = members;
    }

    /// Nodes on these seats, which are formatted; `more` settings are for all.
    static Fleet of(List<Seat> seats, Map<String, String> more,
        Map<Integer, Member.Surroundings> surroundings) {
        var members = new ArrayList<Member>();
        for (var seat : seats) {
            var given = new TreeMap<>(seats.size() == 1 ? alone(seat) : seat.settings(seats));
            given.putAll(more);
            members.add(new Member(seat, given, surroundings.get(seat.nodeId())));
        }
        return new Fleet(members);
    }

    /// A node that is a cluster of its own.
    private static Map<String, String> alone(Seat seat) {
        return Map.of("node.id", Integer.toString(seat.nodeId()), "listeners",
            "PLAINTEXT://" + seat.bootstrap());
    }

    /// None is ready before most of them are there.
    void start() {
        members.forEach(Member::start);
        members.forEach(Member::awaitReady);
    }

    List<Member> members() {
        return members;
    }

    int size() {
        return members.size();
    }

    Member member(int nodeId) {
        return members.get(nodeId - 1);
    }

    String bootstrap() {
        return members.stream().map(each -> each.seat().bootstrap())
            .collect(Collectors.joining(","));
    }

    /// The leader of a partition of the data; 0 when nobody knows.
    int leader(Admin admin, int partition) {
        var leader = describe(admin, List.of(Topics.DATA)).get(Topics.DATA).partitions()
            .get(partition).leader();
        return leader == null ? 0 : leader.id();
    }

    /// The node that the metadata's decisions come from.
    int controller(Admin admin) {
        return got(admin.describeCluster().controller()).id();
    }

    /// Waits until every partition has all its replicas in sync; empty when it has, else what lacks.
    List<String> awaitWhole(Admin admin, long patienceMs) {
        var lacking = new ArrayList<String>();
        Wait.upTo(patienceMs, () -> {
            lacking.clear();
            lacking.addAll(lacking(admin));
            return lacking.isEmpty();
        });
        return lacking;
    }

    private static List<String> lacking(Admin admin) {
        try {
            var names = admin.listTopics(new ListTopicsOptions()
                .listInternal(true)).names();
            var lacking = new ArrayList<String>();
            describe(admin, List.copyOf(got(names))).values().forEach(topic -> topic.partitions()
                .forEach(each -> {
                    if (each.leader() == null || each.isr().size() < each.replicas().size())
                        lacking.add("not whole: " + topic.name() + "-" + each.partition()
                            + " is led by " + each.leader() + ", in sync are "
                            + each.isr().stream().map(Node::id).toList());
                }));
            return lacking;
        } catch (AssertionError noAnswer) {
            return List.of("not whole: " + noAnswer.getMessage() + ": " + noAnswer.getCause());
        }
    }

    private static Map<String, TopicDescription> describe(Admin admin, List<String> topics) {
        return got(admin.describeTopics(topics).allTopicNames());
    }

    private static <T> T got(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException refused) {
            throw new AssertionError("no answer", refused);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", hurried);
        }
    }

    /// Which of them have ended by themselves, and what they said last.
    List<String> dead() {
        return members.stream().filter(each -> !each.isAlive())
            .map(each -> "dead: node " + each.nodeId() + " said: " + last(each.output()))
            .toList();
    }

    private static String last(String output) {
        var lines = output.strip().lines().toList();
        return lines.isEmpty() ? "nothing" : lines.getLast();
    }

    @Override public void close() {
        members.forEach(Member::close);
    }
}

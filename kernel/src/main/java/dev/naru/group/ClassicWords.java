package dev.naru.group;

import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import dev.naru.wire.message.ConsumerProtocolAssignment;
import dev.naru.wire.message.ConsumerProtocolSubscription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What classic consumers say to each other through the coordinator, read and written here when they
/// are in a group that the coordinator assigns.
final class ClassicWords {
    private ClassicWords() {}

    static ConsumerProtocolSubscription subscription(ByteBuffer metadata) throws Malformed {
        var in = new Reader(metadata.duplicate());
        return ConsumerProtocolSubscription.read(in,
            GroupCodec.known(in.int16(), ConsumerProtocolSubscription.HIGHEST_VERSION));
    }

    /// What a member says it owns, as far as its topics exist.
    static Partitions owned(ConsumerProtocolSubscription subscription, TopicsView view) {
        var owned = new Partitions.Gathering();
        for (var each : subscription.ownedPartitions()) {
            view.topic(each.topic()).ifPresent(topic -> each.partitions()
                .forEach(partition -> owned.add(topic.topicId(), partition)));
        }
        return owned.done();
    }

    /// An assignment by a leader, as far as its topics exist.
    static Partitions assigned(ByteBuffer assignment, TopicsView view) throws Malformed {
        if (!assignment.hasRemaining()) return Partitions.NONE;
        var in = new Reader(assignment.duplicate());
        var read = ConsumerProtocolAssignment.read(in,
            GroupCodec.known(in.int16(), ConsumerProtocolAssignment.HIGHEST_VERSION));
        var assigned = new Partitions.Gathering();
        for (var each : read.assignedPartitions()) {
            view.topic(each.topic()).ifPresent(topic -> each.partitions()
                .forEach(partition -> assigned.add(topic.topicId(), partition)));
        }
        return assigned.done();
    }

    /// An assignment as a leader would send it, in the version that the member speaks.
    static ByteBuffer assignment(ConsumerMember member, Partitions given, TopicsView view) {
        short version = member.classicMetadata().map(ClassicWords::version)
            .orElse(ConsumerProtocolAssignment.LOWEST_VERSION);
        List<ConsumerProtocolAssignment.TopicPartition> topics = new ArrayList<>();
        given.byTopic().forEach((topicId, partitions) -> view.topic(topicId)
            .ifPresent(topic -> topics.add(ConsumerProtocolAssignment.TopicPartition.builder()
                .topic(topic.name()).partitions(new ArrayList<>(partitions)).build())));
        return ConsumerProtocolAssignment.builder().assignedPartitions(topics).build()
            .toBuffer(version, version);
    }

    private static short version(ByteBuffer metadata) {
        if (metadata.remaining() < Short.BYTES) return ConsumerProtocolAssignment.LOWEST_VERSION;
        short said = metadata.getShort(metadata.position());
        return (short) Math.clamp(said, ConsumerProtocolAssignment.LOWEST_VERSION,
            ConsumerProtocolAssignment.HIGHEST_VERSION);
    }
}

package dev.naru.group;

import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import dev.naru.wire.message.ConsumerProtocolSubscription;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which topics ordinary consumers say they want. All versions of the subscription begin alike.
final class Subscriptions {
    private Subscriptions() {}

    /// Whether somebody in the group wants the topic. Where that cannot be read, ordinary consumers
    /// are taken to want everything, and other kinds of groups nothing.
    static boolean include(ClassicGroup group, String topic) {
        return topics(group).map(topics -> topics.contains(topic)).orElse(group.isConsumers());
    }

    /// The topics of all members; empty if they are not ordinary consumers, or their words
    /// unreadable.
    static Optional<SortedSet<String>> topics(ClassicGroup group) {
        if (!group.isConsumers()) return Optional.empty();
        var topics = new TreeSet<String>();
        for (var member : group.members()) {
            try {
                topics.addAll(topics(member.metadata(group.protocol())));
            } catch (Malformed unreadable) {
                return Optional.empty();
            }
        }
        return Optional.of(topics);
    }

    private static SortedSet<String> topics(ByteBuffer metadata) throws Malformed {
        var in = new Reader(metadata);
        short version = in.int16();
        if (version < 0) throw new Malformed("a subscription of version " + version);
        return new TreeSet<>(ConsumerProtocolSubscription.read(in, (short) 0).topics());
    }
}

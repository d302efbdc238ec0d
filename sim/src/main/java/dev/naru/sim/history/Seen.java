package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.List;

/// Something that a client was told.
public sealed interface Seen {
    /// A reader got this value at this offset. Within one `stretch` it neither sought nor lost the
    /// partition.
    record Read(int reader, int stretch, Slot slot, long offset, int value, long atNs)
        implements
            Seen {}

    /// The same of a reader of committed data.
    record ReadCommitted(int reader, int stretch, Slot slot, long offset, int value, long atNs)
        implements
            Seen {}

    /// A fetch from `position` came back with nothing. `leaderEpoch` is the epoch in which the
    /// leader answered, -1 where the protocol does not tell.
    record Empty(int reader, Slot slot, long position, int leaderEpoch, long startNs, long endNs)
        implements
            Seen {}

    /// The end of a partition, as ListOffsets answered.
    record Latest(Slot slot, long offset, int leaderEpoch, long startNs, long endNs)
        implements
            Seen {}

    /// DeleteRecords up to `before`; when OK, the log starts at `lowWatermark` or later.
    record Deleted(Slot slot, long before, Outcome outcome, long lowWatermark, long startNs,
        long endNs)
        implements
            Seen {}

    /// A member committed.
    record Committed(String group, Slot slot, long offset, int generation, Outcome outcome,
        long startNs, long endNs)
        implements
            Seen {}

    /// The committed offset as it was answered, -1 for none.
    record CommittedRead(String group, Slot slot, long offset, long startNs, long endNs)
        implements
            Seen {}

    /// A member was told what it owns in a generation.
    record Assigned(String group, int generation, String member, List<Slot> slots, long atNs)
        implements
            Seen {}

    /// How a member of a share group acknowledges.
    byte ACCEPT = 1;
    byte RELEASE = 2;
    byte REJECT = 3;
    byte RENEW = 4;

    /// A record, as a share group has it.
    record Place(String group, Slot slot, long offset) implements Comparable<Place> {
        @Override public int compareTo(Place other) {
            int byGroup = group.compareTo(other.group);
            if (byGroup != 0) return byGroup;
            int bySlot = slot.compareTo(other.slot);
            return bySlot != 0 ? bySlot : Long.compare(offset, other.offset);
        }
    }

    /// A member of a share group was lent a record.
    record Lent(Place place, String member, int value, int deliveryCount, long startNs, long endNs)
        implements
            Seen {}

    /// A member acknowledged a record.
    record Settled(Place place, String member, byte type, Outcome outcome, long startNs,
        long endNs)
        implements
            Seen {
        /// Nothing more can become of the record, if this was stored.
        boolean isFinal() {
            return type == ACCEPT || type == REJECT;
        }
    }

    /// In the end, a record was found among those that were given up.
    record DeadLetter(int value, long atNs) implements Seen {}

    /// One client saw the topic with this id; `leaderEpochs` by partition.
    record Topic(int process, String name, String topicId, List<Integer> leaderEpochs, long atNs)
        implements
            Seen {}

    /// The topic was created, or is gone for certain.
    record TopicChange(String name, String topicId, boolean isThere, long atNs) implements Seen {}

    /// A member of a consumer group owns the slot from here on, given in this epoch.
    record Gained(String group, String member, Slot slot, int epoch, long atNs)
        implements
            Seen {}

    /// A member committed for a slot that it gained at `gainedNs`, and may have lost since.
    record OwnerCommitted(String group, String member, Slot slot, long gainedNs, Outcome outcome,
        long startNs) implements Seen {}

    /// It does not own it any more.
    record Lost(String group, String member, Slot slot, long atNs) implements Seen {}
}

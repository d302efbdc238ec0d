package dev.naru.cli;

import dev.naru.base.Uuid;
import dev.naru.wire.Malformed;
import dev.naru.wire.Message;
import dev.naru.wire.Reader;
import dev.naru.wire.message.ConsumerGroupCurrentMemberAssignmentKey;
import dev.naru.wire.message.ConsumerGroupCurrentMemberAssignmentValue;
import dev.naru.wire.message.ConsumerGroupMemberMetadataKey;
import dev.naru.wire.message.ConsumerGroupMemberMetadataValue;
import dev.naru.wire.message.ConsumerGroupMetadataKey;
import dev.naru.wire.message.ConsumerGroupMetadataValue;
import dev.naru.wire.message.ConsumerGroupTargetAssignmentMemberKey;
import dev.naru.wire.message.ConsumerGroupTargetAssignmentMemberValue;
import dev.naru.wire.message.ConsumerGroupTargetAssignmentMetadataKey;
import dev.naru.wire.message.ConsumerGroupTargetAssignmentMetadataValue;
import dev.naru.wire.message.ConsumerProtocolAssignment;
import dev.naru.wire.message.ConsumerProtocolSubscription;
import dev.naru.wire.message.GroupMetadataKey;
import dev.naru.wire.message.GroupMetadataValue;
import dev.naru.wire.message.LegacyOffsetCommitKey;
import dev.naru.wire.message.LegacyOffsetCommitValue;
import dev.naru.wire.message.OffsetCommitKey;
import dev.naru.wire.message.OffsetCommitValue;
import dev.naru.wire.message.TransactionLogKey;
import dev.naru.wire.message.TransactionLogValue;
import java.io.PrintStream;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.MessageFormatter;
import org.jspecify.annotations.Nullable;

/// Makes JSON of the records that coordinators keep: committed offsets, groups, transactions.
final class GroupRecords implements MessageFormatter {
    /// Which internal topic the records are from: their types are numbered apart.
    enum Topic {
        OFFSETS, TRANSACTIONS
    }

    private final Topic topic = Topic.OFFSETS;

    @Override public void writeTo(ConsumerRecord<byte[], byte[]> record, PrintStream out) {
        var line = new LinkedHashMap<String, Object>();
        line.put("key", key(topic, wrapped(record.key())));
        line.put("value", value(topic, wrapped(record.key()), wrapped(record.value())));
        out.print(Json.compact(line) + "\n");
    }

    static Object key(Topic topic, @Nullable ByteBuffer bytes) {
        if (bytes == null || bytes.remaining() < 2) return Json.nothing();
        short type = bytes.getShort(bytes.position());
        var object = new LinkedHashMap<String, Object>();
        object.put("type", Short.toString(type));
        try {
            var in = new Reader(bytes.slice(bytes.position() + 2, bytes.remaining() - 2));
            object.put("data", data(readKey(topic, type, in), (short) 0));
        } catch (Malformed e) {
            object.put("data", "unreadable: " + e.getMessage());
        }
        return object;
    }

    static Object value(Topic topic, @Nullable ByteBuffer key, @Nullable ByteBuffer bytes) {
        if (key == null || key.remaining() < 2) return Json.nothing();
        if (bytes == null || bytes.remaining() < 2) return Json.nothing();
        short type = key.getShort(key.position());
        short version = bytes.getShort(bytes.position());
        var object = new LinkedHashMap<String, Object>();
        object.put("version", Short.toString(version));
        try {
            var in = new Reader(bytes.slice(bytes.position() + 2, bytes.remaining() - 2));
            object.put("data", data(readValue(topic, type, version, in), version));
        } catch (Malformed e) {
            object.put("data", "unreadable: " + e.getMessage());
        }
        return object;
    }

    private static Message readKey(Topic topic, short type, Reader in) throws Malformed {
        if (topic == Topic.TRANSACTIONS) return TransactionLogKey.read(in, (short) 0);
        return switch (type) {
            case 0 -> LegacyOffsetCommitKey.read(in, (short) 0);
            case 1 -> OffsetCommitKey.read(in, (short) 0);
            case 2 -> GroupMetadataKey.read(in, (short) 0);
            case 3 -> ConsumerGroupMetadataKey.read(in, (short) 0);
            case 5 -> ConsumerGroupMemberMetadataKey.read(in, (short) 0);
            case 6 -> ConsumerGroupTargetAssignmentMetadataKey.read(in, (short) 0);
            case 7 -> ConsumerGroupTargetAssignmentMemberKey.read(in, (short) 0);
            case 8 -> ConsumerGroupCurrentMemberAssignmentKey.read(in, (short) 0);
            default -> throw new Malformed("record type " + type + " is not known");
        };
    }

    private static Message readValue(Topic topic, short type, short version, Reader in)
        throws Malformed {
        if (topic == Topic.TRANSACTIONS) return TransactionLogValue.read(in, version);
        return switch (type) {
            case 0 -> LegacyOffsetCommitValue.read(in, version);
            case 1 -> OffsetCommitValue.read(in, version);
            case 2 -> GroupMetadataValue.read(in, version);
            case 3 -> ConsumerGroupMetadataValue.read(in, version);
            case 5 -> ConsumerGroupMemberMetadataValue.read(in, version);
            case 6 -> ConsumerGroupTargetAssignmentMetadataValue.read(in, version);
            case 7 -> ConsumerGroupTargetAssignmentMemberValue.read(in, version);
            case 8 -> ConsumerGroupCurrentMemberAssignmentValue.read(in, version);
            default -> throw new Malformed("record type " + type + " is not known");
        };
    }

    /// The fields of a message, those that its version has.
    private static Map<String, Object> data(Object message, short version) {
        var object = new LinkedHashMap<String, Object>();
        RecordComponent[] components = message.getClass().getRecordComponents();
        for (RecordComponent component : components) {
            if (!isThere(message, component.getName(), version)) continue;
            try {
                Object value = component.getAccessor().invoke(message);
                object.put(component.getName(), message instanceof GroupMetadataValue.MemberMetadata
                    && value instanceof ByteBuffer bytes
                        ? protocol(component.getName(), bytes)
                        : json(value, version));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + component.getName(), e);
            }
        }
        return object;
    }

    /// What a consumer told its group, if these bytes are that; else the bytes.
    private static Object protocol(String field, ByteBuffer bytes) {
        if (bytes.remaining() < 2) return json(bytes, (short) 0);
        short version = bytes.getShort(bytes.position());
        var in = new Reader(bytes.slice(bytes.position() + 2, bytes.remaining() - 2));
        try {
            if (field.equals("subscription")) {
                short known = min(version, ConsumerProtocolSubscription.HIGHEST_VERSION);
                return data(ConsumerProtocolSubscription.read(in, known), known);
            }
            short known = min(version, ConsumerProtocolAssignment.HIGHEST_VERSION);
            return data(ConsumerProtocolAssignment.read(in, known), known);
        } catch (Malformed e) {
            return json(bytes, (short) 0);
        }
    }

    private static short min(short a, short b) {
        return a < b ? a : b;
    }

    private static boolean isThere(Object message, String field, short version) {
        return switch (message) {
            case OffsetCommitValue value -> switch (field) {
                case "leaderEpoch" -> version >= 3;
                case "expireTimestamp" -> version == 1;
                case "topicId" -> version >= 4 && !value.topicId().isZero();
                default -> true;
            };
            case GroupMetadataValue value -> !field.equals("currentStateTimestamp")
                || version >= 2;
            case ConsumerProtocolSubscription told -> switch (field) {
                case "ownedPartitions" -> version >= 1;
                case "generationId" -> version >= 2;
                case "rackId" -> version >= 3;
                default -> true;
            };
            case GroupMetadataValue.MemberMetadata member -> switch (field) {
                case "groupInstanceId" -> version >= 3;
                case "rebalanceTimeout" -> version >= 1;
                default -> true;
            };
            default -> true;
        };
    }

    private static Object json(@Nullable Object value, short version) {
        return switch (value) {
            case null -> Json.nothing();
            case ByteBuffer bytes -> {
                var copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                yield Base64.getEncoder().encodeToString(copy);
            }
            case Uuid id -> id.toString();
            case List<?> list -> {
                var items = new ArrayList<Object>();
                list.forEach(item -> items.add(json(item, version)));
                yield items;
            }
            case Record nested -> data(nested, version);
            default -> value;
        };
    }

    private static @Nullable ByteBuffer wrapped(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}

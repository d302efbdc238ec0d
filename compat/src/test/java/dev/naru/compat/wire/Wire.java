package dev.naru.compat.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Bytes written by hand, big-endian, as the protocol's page says.
///
/// ```
/// length:i32 | api:i16 version:i16 correlation:i32 client:string [tags:0 when flexible] | body
/// ```
final class Wire {
    static final short PRODUCE = 0;
    static final short FETCH = 1;
    static final short LIST_OFFSETS = 2;
    static final short METADATA = 3;
    static final short OFFSET_COMMIT = 8;
    static final short FIND_COORDINATOR = 10;
    static final short JOIN_GROUP = 11;
    static final short HEARTBEAT = 12;
    static final short API_VERSIONS = 18;
    static final short CREATE_TOPICS = 19;
    static final short INIT_PRODUCER_ID = 22;
    static final short OFFSET_FOR_LEADER_EPOCH = 23;
    static final short END_TXN = 26;
    static final short CREATE_PARTITIONS = 37;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Wire i8(int value) {
        bytes.write(value);
        return this;
    }

    Wire i16(int value) {
        return i8(value >> 8).i8(value);
    }

    Wire i32(int value) {
        return i16(value >> 16).i16(value);
    }

    Wire i64(long value) {
        return i32((int) (value >> 32)).i32((int) value);
    }

    Wire raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    Wire string(String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return i16(text.length).raw(text);
    }

    Wire nullString() {
        return i16(-1);
    }

    Wire blob(byte[] value) {
        return i32(value.length).raw(value);
    }

    Wire compact(String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return varint(text.length + 1).raw(text);
    }

    Wire varint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            i8((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        return i8(rest);
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /// A frame of this content.
    static byte[] frame(byte[] content) {
        return new Wire().blob(content).bytes();
    }

    /// A whole request of a version whose header has no tags.
    static byte[] request(int api, int version, int correlation, Consumer<Wire> body) {
        var wire = new Wire().i16(api).i16(version).i32(correlation).string("raw");
        body.accept(wire);
        return frame(wire.bytes());
    }

    /// A whole request of a flexible version.
    static byte[] flexible(int api, int version, int correlation, Consumer<Wire> body) {
        return request(api, version, correlation, wire -> body.accept(wire.i8(0)));
    }

    static byte[] apiVersions(int correlation) {
        return request(API_VERSIONS, 0, correlation, wire -> {
        });
    }

    /// Metadata of one topic, version 1.
    static byte[] metadata(int correlation, String topic) {
        return request(METADATA, 1, correlation, wire -> wire.i32(1).string(topic));
    }

    /// Produce, version 7, one partition.
    static byte[] produce(int correlation, int acks, String topic, byte[] records) {
        return request(PRODUCE, 7, correlation, wire -> wire.nullString().i16(acks).i32(30_000)
            .i32(1).string(topic).i32(1).i32(0).blob(records));
    }

    /// Fetch, version 11, one partition, without a session.
    static byte[] fetch(int correlation, String topic, long offset, int waitMs) {
        return request(FETCH, 11, correlation,
            wire -> wire.i32(-1).i32(waitMs).i32(1).i32(1 << 20).i8(0)
                .i32(0).i32(-1).i32(1).string(topic).i32(1).i32(0).i32(-1).i64(offset).i64(-1)
                .i32(1 << 20)
                .i32(0).string(""));
    }

    /// ListOffsets, version 1, one partition.
    static byte[] listOffsets(int correlation, String topic, long timestamp) {
        return request(LIST_OFFSETS, 1, correlation,
            wire -> wire.i32(-1).i32(1).string(topic).i32(1).i32(0).i64(timestamp));
    }

    /// The error of a Produce answer, version 7, one partition.
    static short produceError(ByteBuffer answer) {
        answer.getInt();
        string(answer);
        answer.getInt();
        answer.getInt();
        return answer.getShort();
    }

    /// The base offset of a Produce answer, after its error has been read.
    static long produceOffset(ByteBuffer answer) {
        short error = produceError(answer);
        if (error != 0) throw new AssertionError("refused with error " + error);
        return answer.getLong();
    }

    /// The error of a Fetch answer, version 11, one partition; the error of the whole comes first.
    static short fetchError(ByteBuffer answer) {
        answer.getInt();
        short whole = answer.getShort();
        if (whole != 0) return whole;
        answer.getInt();
        if (answer.getInt() == 0) return 0;
        string(answer);
        answer.getInt();
        answer.getInt();
        return answer.getShort();
    }

    /// The error of a ListOffsets answer, version 1.
    static short listOffsetsError(ByteBuffer answer) {
        answer.getInt();
        string(answer);
        answer.getInt();
        answer.getInt();
        return answer.getShort();
    }

    static String string(ByteBuffer from) {
        short length = from.getShort();
        if (length < 0) return "";
        byte[] text = new byte[length];
        from.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}

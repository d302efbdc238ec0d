package dev.naru.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import dev.naru.wire.message.ProduceRequest;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class ReaderTest {
    private static final boolean PLAIN = false;
    private static final boolean COMPACT = true;

    @Test void numbers_are_big_endian() throws Malformed {
        var in = reader("01 ff 7f ff 80 00 80 00 00 00 ff ff ff ff 00 00 00 00 00 00 00 2a");
        assertThat(in.bool()).isTrue();
        assertThat(in.int8()).isEqualTo((byte) -1);
        assertThat(in.int16()).isEqualTo(Short.MAX_VALUE);
        assertThat(in.uint16()).isEqualTo(32_768);
        assertThat(in.int32()).isEqualTo(Integer.MIN_VALUE);
        assertThat(in.uint32()).isEqualTo(4_294_967_295L);
        assertThat(in.int64()).isEqualTo(42);
        assertThat(in.remaining()).isZero();
    }

    @Test void a_double_and_an_id_are_read() throws Malformed {
        var in = reader("3f f0 00 00 00 00 00 00"
            + "00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 02");
        assertThat(in.float64()).isEqualTo(1.0);
        assertThat(in.uuid()).isEqualTo(new Uuid(1, 2));
    }

    @Test void numbers_that_are_cut_are_malformed() {
        malformed(() -> reader("").int8());
        malformed(() -> reader("00").int16());
        malformed(() -> reader("00 00 00").int32());
        malformed(() -> reader("00 00 00 00 00 00 00").int64());
        malformed(() -> reader("00".repeat(15)).uuid());
        malformed(() -> reader("80").unsignedVarint());
    }

    @Test void a_varint_goes_up_to_the_greatest_int_and_no_further() throws Malformed {
        assertThat(reader("00").unsignedVarint()).isZero();
        assertThat(reader("7f").unsignedVarint()).isEqualTo(127);
        assertThat(reader("80 01").unsignedVarint()).isEqualTo(128);
        assertThat(reader("ff ff ff ff 07").unsignedVarint()).isEqualTo(Integer.MAX_VALUE);
        malformed(() -> reader("80 80 80 80 08").unsignedVarint());
        malformed(() -> reader("ff ff ff ff 0f").unsignedVarint());
    }

    @Test void a_varint_has_five_bytes_at_most() throws Malformed {
        assertThat(reader("80 80 80 80 00").unsignedVarint()).isZero();
        malformed(() -> reader("80 80 80 80 80 00").unsignedVarint());
    }

    @Test void strings_have_two_forms_and_a_null() throws Malformed {
        assertThat(reader("00 02 68 69").string(PLAIN)).isEqualTo("hi");
        assertThat(reader("03 68 69").string(COMPACT)).isEqualTo("hi");
        assertThat(reader("00 00").string(PLAIN)).isEmpty();
        assertThat(reader("ff ff").nullableString(PLAIN)).isNull();
        assertThat(reader("00").nullableString(COMPACT)).isNull();
        assertThat(reader("03 c3 a4").nullableString(COMPACT)).isEqualTo("ä");
    }

    @Test void a_null_is_malformed_where_there_must_be_a_value() {
        malformed(() -> reader("ff ff").string(PLAIN));
        malformed(() -> reader("00").string(COMPACT));
        malformed(() -> reader("ff ff ff ff").bytes(PLAIN));
        malformed(() -> reader("00").bytes(COMPACT));
        malformed(() -> reader("ff ff ff ff").arrayCount(PLAIN, 1));
        malformed(() -> reader("00").arrayCount(COMPACT, 1));
    }

    @Test void a_length_below_null_is_malformed() {
        malformed(() -> reader("ff fe").nullableString(PLAIN));
        malformed(() -> reader("ff ff ff fe").nullableBytes(PLAIN));
        malformed(() -> reader("ff ff ff fe").nullableArrayCount(PLAIN, 1));
    }

    @Test void a_length_never_leads_beyond_what_is_there() throws Malformed {
        assertThat(reader("00 01 61").string(PLAIN)).isEqualTo("a");
        malformed(() -> reader("00 02 61").string(PLAIN));
        assertThat(reader("00 00 00 01 61").bytes(PLAIN).remaining()).isEqualTo(1);
        malformed(() -> reader("00 00 00 02 61").bytes(PLAIN));
        malformed(() -> reader("7f ff ff ff 61").bytes(PLAIN));
        malformed(() -> reader("ff ff ff ff 07 61").bytes(COMPACT));
    }

    @Test void a_compact_string_is_no_longer_than_a_plain_one_can_be() throws Malformed {
        var out = new Writer();
        out.unsignedVarint(Short.MAX_VALUE + 1);
        for (int i = 0; i < Short.MAX_VALUE; i++)
            out.int8((byte) 'a');
        assertThat(new Reader(out.joined()).string(COMPACT)).hasSize(Short.MAX_VALUE);
        var longer = new Writer();
        longer.unsignedVarint(Short.MAX_VALUE + 2);
        for (int i = 0; i <= Short.MAX_VALUE; i++)
            longer.int8((byte) 'a');
        var in = new Reader(longer.joined());
        malformed(() -> in.string(COMPACT));
    }

    @Test void an_array_has_no_more_elements_than_the_frame_can_hold() throws Malformed {
        assertThat(reader("00 00 00 02 00 00 00 00 00 00").arrayCount(PLAIN, 3)).isEqualTo(2);
        malformed(() -> reader("00 00 00 02 00 00 00 00 00").arrayCount(PLAIN, 3));
        assertThat(reader("03 00 00").arrayCount(COMPACT, 1)).isEqualTo(2);
        malformed(() -> reader("04 00 00").arrayCount(COMPACT, 1));
        assertThat(reader("ff ff ff ff").nullableArrayCount(PLAIN, 1)).isEqualTo(-1);
        assertThat(reader("00").nullableArrayCount(COMPACT, 1)).isEqualTo(-1);
    }

    @Test void an_array_has_a_million_elements_at_most() throws Malformed {
        var bytes = ByteBuffer.allocate(4 + Limits.ARRAY_ELEMENTS_MAX + 1);
        bytes.putInt(0, Limits.ARRAY_ELEMENTS_MAX);
        assertThat(new Reader(bytes).arrayCount(PLAIN, 1)).isEqualTo(Limits.ARRAY_ELEMENTS_MAX);
        bytes.putInt(0, Limits.ARRAY_ELEMENTS_MAX + 1);
        malformed(() -> new Reader(bytes).arrayCount(PLAIN, 1));
        malformed(() -> new Reader(bytes).nullableArrayCount(PLAIN, 0));
    }

    @Test void lists_of_plain_values_are_read() throws Malformed {
        assertThat(reader("00 00 00 01 00 00 00 02").int32List(2)).containsExactly(1, 2);
        assertThat(reader("00 01").int8List(2)).isEqualTo(List.of((byte) 0, (byte) 1));
        assertThat(reader("00 01").boolList(2)).containsExactly(false, true);
        assertThat(reader("02 61 01").stringList(COMPACT, 2)).containsExactly("a", "");
        malformed(() -> reader("00 00 00 01").int32List(2));
    }

    @Test void there_are_ten_thousand_tagged_fields_at_most() throws Malformed {
        var in = new Reader(taggedFields(Limits.TAGGED_FIELDS_MAX));
        in.skipTaggedFields();
        assertThat(in.remaining()).isZero();
        var more = new Reader(taggedFields(Limits.TAGGED_FIELDS_MAX + 1));
        malformed(more::skipTaggedFields);
    }

    @Test void tagged_fields_fit_into_the_frame() throws Malformed {
        assertThat(reader("02 00 00 01 00").taggedFieldCount()).isEqualTo(2);
        malformed(() -> reader("02 00 00 01").taggedFieldCount());
        malformed(() -> reader("01 00 02 00").skipTaggedFields());
    }

    @Test void a_tagged_field_is_read_to_its_end_and_no_further() throws Malformed {
        var in = reader("02 00 01 00 00");
        int outer = in.enterTagged();
        assertThat(in.remaining()).isEqualTo(2);
        malformed(in::int32);
        malformed(() -> in.leaveTagged(outer));
        in.skipRest();
        in.leaveTagged(outer);
        assertThat(in.remaining()).isEqualTo(2);
    }

    @Test void a_peek_does_not_move() throws Malformed {
        var in = reader("00 12 00 03");
        assertThat(in.peekInt16(2)).isEqualTo((short) 3);
        assertThat(in.int16()).isEqualTo((short) 18);
        malformed(() -> in.peekInt16(1));
    }

    @Test void bytes_are_slices_of_the_frame() throws Malformed {
        var frame = ByteBuffer.wrap(HexFormat.of().parseHex("0000000261620c"));
        var bytes = new Reader(frame).bytes(PLAIN);
        frame.put(4, (byte) 'z');
        assertThat(bytes.remaining()).isEqualTo(2);
        assertThat(bytes.get(0)).isEqualTo((byte) 'z');
        assertThat(frame.position()).isZero();
    }

    @Test void records_of_a_produce_request_are_not_copied() throws Malformed {
        var partition = ProduceRequest.PartitionProduceData.builder()
            .records(ByteBuffer.wrap(new byte[]{1, 2, 3})).build();
        var topic = ProduceRequest.TopicProduceData.builder().name("t")
            .partitionData(List.of(partition)).build();
        var frame = ProduceRequest.builder().topicData(List.of(topic)).build().toBuffer((short) 9);
        var read = ProduceRequest.read(new Reader(frame), (short) 9);
        var records = read.topicData().getFirst().partitionData().getFirst().records();
        int lastOfRecords = frame.limit() - 4; // three structures end in a count of tagged fields
        frame.put(lastOfRecords, (byte) 9);
        assertThat(records).isEqualTo(ByteBuffer.wrap(new byte[]{1, 2, 9}));
    }

    @Test void direct_buffers_are_read_like_any_other() throws Malformed {
        var direct = ByteBuffer.allocateDirect(5).put(HexFormat.of().parseHex("0003616263"));
        assertThat(new Reader(direct.flip()).string(PLAIN)).isEqualTo("abc");
    }

    private static ByteBuffer taggedFields(int count) {
        var out = new Writer();
        out.unsignedVarint(count);
        for (int tag = 0; tag < count; tag++)
            out.taggedField(tag, new Writer(0));
        return out.joined();
    }

    private static Reader reader(String hex) {
        return new Reader(ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    private static void malformed(ThrowingCallable read) {
        assertThatThrownBy(read).isInstanceOf(Malformed.class);
    }
}

package dev.naru.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFile;
import dev.naru.base.Invariant;
import dev.naru.base.Uuid;
import dev.naru.wire.message.FetchResponse;
import dev.naru.wire.message.MetadataResponse;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WriterTest {
    @Test void numbers_are_big_endian() {
        var out = new Writer();
        out.bool(true);
        out.int16((short) -2);
        out.uint16(65_535);
        out.int32(1);
        out.uint32(4_294_967_295L);
        out.int64(2);
        out.float64(1.0);
        out.uuid(new Uuid(3, 4));
        assertThat(hex(out)).isEqualTo("01" + "fffe" + "ffff" + "00000001" + "ffffffff"
            + "0000000000000002" + "3ff0000000000000" + "0000000000000003" + "0000000000000004");
    }

    @Test void varints_take_as_few_bytes_as_they_can() {
        var out = new Writer();
        out.unsignedVarint(0);
        out.unsignedVarint(127);
        out.unsignedVarint(128);
        out.unsignedVarint(Integer.MAX_VALUE);
        assertThat(hex(out)).isEqualTo("00" + "7f" + "8001" + "ffffffff07");
    }

    @Test void lengths_have_two_forms_and_a_null() {
        var out = new Writer();
        out.string("ä", false);
        out.string("hi", true);
        out.nullString(false);
        out.nullString(true);
        out.bytes(ByteBuffer.wrap(new byte[]{7}), false);
        out.bytes(ByteBuffer.wrap(new byte[]{7}), true);
        out.nullBytes(false);
        out.nullArray(true);
        out.arrayCount(2, true);
        assertThat(hex(out)).isEqualTo("0002c3a4" + "036869" + "ffff" + "00" + "0000000107"
            + "0207" + "ffffffff" + "00" + "03");
    }

    @Test void a_text_too_long_for_the_protocol_is_cut_between_letters() throws Malformed {
        var out = new Writer();
        out.string("a".repeat(32_767), false);
        out.string("a".repeat(32_768), false);
        out.string("a".repeat(32_766) + "ä", true);
        var in = new Reader(out.joined());
        assertThat(in.string(false)).hasSize(32_767);
        assertThat(in.string(false)).hasSize(32_767);
        assertThat(in.string(true)).isEqualTo("a".repeat(32_766));
    }

    @Test void what_outgrows_a_chunk_goes_on_in_the_next() throws Malformed {
        var out = new Writer(3);
        for (int i = 0; i < 100_000; i++)
            out.int32(i);
        assertThat(out.sizeBytes()).isEqualTo(400_000);
        var in = new Reader(out.joined());
        for (int i = 0; i < 100_000; i++)
            assertThat(in.int32()).isEqualTo(i);
        assertThat(in.remaining()).isZero();
    }

    @Test void slices_of_files_are_spliced_in_where_they_belong() {
        var slice = slice(10_000, () -> {
        });
        var bytes = FetchResponse.builder().responses(List.of(topic(List.of(slice), "a"),
            topic(List.of(slice, slice), "b"))).build();
        var out = new Writer();
        bytes.write(out, (short) 12);
        int size = out.sizeBytes();
        var parts = out.finish();
        assertThat(parts).filteredOn(slice::equals).hasSize(3);
        assertThat(parts.get(1)).isSameAs(slice);
        assertThat(parts.stream().mapToInt(Bytes::sizeBytes).sum()).isEqualTo(size);
    }

    @Test void large_records_in_memory_are_not_copied() {
        var records = new Bytes.Memory(ByteBuffer.allocate(4_096));
        var out = new Writer();
        out.int8((byte) 1);
        out.records(List.of(records), true);
        out.spliced(records.buffer(), true);
        var parts = out.finish();
        assertThat(parts.get(1)).isSameAs(records);
        var taken = (Bytes.Memory) parts.get(3);
        assertThat(taken.buffer().array()).isSameAs(records.buffer().array());
    }

    @Test void small_records_are_copied_into_the_chunk() {
        var out = new Writer();
        out.records(List.of(new Bytes.Memory(ByteBuffer.wrap(new byte[]{5})),
            new Bytes.Memory(ByteBuffer.wrap(new byte[]{6}))), false);
        assertThat(out.finish()).hasSize(1);
    }

    @Test void an_empty_slice_gives_its_lease_back() {
        var released = new int[1];
        var out = new Writer();
        out.records(List.of(slice(0, () -> released[0]++)), true);
        assertThat(released[0]).isEqualTo(1);
        assertThat(hex(out)).isEqualTo("01");
    }

    @Test void a_file_cannot_be_joined() {
        var out = new Writer();
        out.records(List.of(slice(1, () -> {
        })), true);
        assertThatThrownBy(out::joined).isInstanceOf(Invariant.Broken.class);
    }

    @Test void a_tagged_field_is_tag_size_and_value() {
        var value = new Writer(1);
        value.string("abc", true);
        var out = new Writer();
        out.taggedField(300, value);
        assertThat(hex(out)).isEqualTo("ac02" + "04" + "04616263");
    }

    @Test void a_null_where_the_version_has_none_is_written_as_empty() throws Malformed {
        var topic = MetadataResponse.MetadataResponseTopic.builder().name(null).build();
        var response = MetadataResponse.builder().topics(List.of(topic)).build();
        var old = MetadataResponse.read(new Reader(response.toBuffer((short) 9)), (short) 9);
        assertThat(old.topics().getFirst().name()).isEmpty();
        var fresh = MetadataResponse.read(new Reader(response.toBuffer((short) 12)), (short) 12);
        assertThat(fresh.topics().getFirst().name()).isNull();
    }

    @Test void a_prefix_of_two_bytes_can_go_first() {
        var response = MetadataResponse.builder().build();
        var plain = response.toBuffer((short) 1);
        var prefixed = response.toBuffer((short) 5, (short) 1);
        assertThat(prefixed.getShort()).isEqualTo((short) 5);
        assertThat(prefixed).isEqualTo(plain);
    }

    private static FetchResponse.FetchableTopicResponse topic(List<Bytes> records, String name) {
        var partition = FetchResponse.PartitionData.builder().records(records).build();
        return FetchResponse.FetchableTopicResponse.builder().topic(name)
            .partitions(List.of(partition)).build();
    }

    private static Bytes slice(int sizeBytes, Bytes.Lease lease) {
        var file = (DiskFile) Proxy.newProxyInstance(WriterTest.class.getClassLoader(),
            new Class<?>[]{DiskFile.class}, (self, method, arguments) -> {
                throw new AssertionError("the file is not touched");
            });
        return new Bytes.Slice(file, 0, sizeBytes, lease);
    }

    private static String hex(Writer out) {
        var bytes = out.joined();
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return HexFormat.of().formatHex(copy);
    }
}

package dev.naru.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Clock;
import dev.naru.base.Net;
import dev.naru.base.Trace;
import dev.naru.wire.Message;
import dev.naru.wire.Writer;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ApiVersionsResponse;
import dev.naru.wire.message.ListGroupsRequest;
import dev.naru.wire.message.ProduceRequest;
import dev.naru.wire.message.ProduceResponse;
import dev.naru.wire.message.RequestHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private static final int FRAME_BYTES_MAX = 1_000_000;
    private static final long POOL_BYTES = 200_000;
    private static final long START_NS = 5_000_000_000L;

    private final List<Call> calls = new ArrayList<>();
    private final TestChannel channel = new TestChannel();
    private final Router router = new Router(FRAME_BYTES_MAX, Trace.NONE);
    private final RequestMemory memory = new RequestMemory(POOL_BYTES);
    private final ConnectionTable table = new ConnectionTable(channel.loop(), new StoppedClock(),
        Trace.NONE, memory, -1);
    private final Connection connection = connection();

    private Connection connection() {
        for (var key : List.of(ApiKey.LIST_GROUPS, ApiKey.PRODUCE, ApiKey.API_VERSIONS)) {
            router.add(key, calls::add);
        }
        table.serve();
        var made = new Connection(channel, Door.forClients("PLAINTEXT"), router, table);
        table.opened(made);
        return made;
    }

    @Test void a_request_starts_only_when_the_one_before_is_answered() {
        arrive(listGroups(1));
        arrive(listGroups(2));
        assertThat(calls).hasSize(1);
        reply(calls.getFirst());
        assertThat(calls).hasSize(2);
    }

    @Test void a_produce_that_waits_for_acknowledgements_holds_nobody_back() {
        arrive(produce(1));
        arrive(produce(2));
        assertThat(calls).hasSize(1);
        calls.getFirst().isAppended();
        assertThat(calls).hasSize(2);
    }

    @Test void answers_leave_in_the_order_of_the_requests() {
        arrive(produce(1));
        calls.getFirst().isAppended();
        arrive(produce(2));
        reply(calls.get(1));
        assertThat(channel.correlationIds()).isEmpty();
        reply(calls.get(0));
        assertThat(channel.correlationIds()).containsExactly(1, 2);
    }

    @Test void a_produce_gives_its_frame_back_when_it_is_appended_and_not_later() {
        var frame = arrive(produce(1));
        assertThat(frame.released).isZero();
        calls.getFirst().isAppended();
        assertThat(frame.released).isEqualTo(1);
        reply(calls.getFirst());
        assertThat(frame.released).isEqualTo(1);
    }

    @Test void acks_0_leaves_no_answer_and_lets_the_next_one_start() {
        arrive(produce(1));
        arrive(listGroups(2));
        calls.getFirst().finishSilently();
        reply(calls.get(1));
        assertThat(channel.correlationIds()).containsExactly(2);
    }

    @Test void a_refused_acks_0_closes_after_the_answers_before_it() {
        arrive(produce(1));
        calls.getFirst().isAppended();
        arrive(produce(2));
        calls.get(1).hangUp("refused");
        assertThat(channel.isClosedAfterFlush).isFalse();
        reply(calls.getFirst());
        assertThat(channel.correlationIds()).containsExactly(1);
        assertThat(channel.isClosedAfterFlush).isTrue();
    }

    @Test void a_request_that_is_not_served_closes_the_connection() {
        arrive(header((short) 999, (short) 0, 1));
        assertThat(channel.isClosed).isTrue();
        assertThat(calls).isEmpty();
    }

    @Test void a_body_that_is_cut_closes_the_connection() {
        var whole = produce(1);
        arrive(whole.slice(0, whole.remaining() - 3));
        assertThat(channel.isClosed).isTrue();
        assertThat(calls).isEmpty();
    }

    @Test void api_versions_from_the_future_is_answered_in_version_0() {
        arrive(header(ApiKey.API_VERSIONS.id(), (short) 99, 7));
        assertThat(calls.getFirst().isUnknownVersion()).isTrue();
        assertThat(calls.getFirst().version()).isZero();
        calls.getFirst().reply(ApiVersionsResponse.builder().build());
        assertThat(channel.correlationIds()).containsExactly(7);
    }

    @Test void frames_too_short_or_too_long_are_refused_before_they_are_read() {
        assertThat(connection.admit(7)).isEqualTo(Net.Admission.REFUSE);
        assertThat(connection.admit(-1)).isEqualTo(Net.Admission.REFUSE);
        assertThat(connection.admit(FRAME_BYTES_MAX + 1)).isEqualTo(Net.Admission.REFUSE);
        assertThat(connection.admit(8)).isEqualTo(Net.Admission.READ);
    }

    @Test void a_full_pool_makes_the_next_large_frame_wait_until_memory_comes_back() {
        assertThat(connection.admit(150_000)).isEqualTo(Net.Admission.READ);
        var other = connection();
        assertThat(other.admit(100_000)).isEqualTo(Net.Admission.WAIT);
        connection.close("done");
        assertThat(channel.admissions).isEqualTo(1);
        assertThat(memory.usedBytes()).isEqualTo(100_000);
    }

    @Test void a_connection_is_idle_only_after_it_was_silent_by_its_own_choice() {
        assertThat(connection.isIdleSince(START_NS)).isFalse();
        assertThat(connection.isIdleSince(START_NS + 1)).isTrue();
        connection().admit((int) POOL_BYTES);
        connection.admit(100_000);
        assertThat(connection.isIdleSince(START_NS + 1)).isFalse();
    }

    @Test void a_frame_larger_than_the_pool_is_let_in_alone() {
        assertThat(connection.admit(900_000)).isEqualTo(Net.Admission.READ);
        assertThat(connection().admit(70_000)).isEqualTo(Net.Admission.WAIT);
    }

    @Test void small_frames_do_not_draw_on_the_pool() {
        assertThat(connection.admit(900_000)).isEqualTo(Net.Admission.READ);
        assertThat(connection().admit(65_536)).isEqualTo(Net.Admission.READ);
    }

    @Test void what_waits_when_the_connection_ends_gives_everything_back() {
        var first = arrive(produce(1));
        var second = arrive(produce(2));
        connection.onClosed("cut");
        assertThat(first.released).isEqualTo(1);
        assertThat(second.released).isEqualTo(1);
        assertThat(memory.usedBytes()).isZero();
        reply(calls.getFirst());
        assertThat(channel.correlationIds()).isEmpty();
    }

    @Test void reading_pauses_while_too_many_requests_wait() {
        for (int id = 0; id < 40; id++)
            arrive(listGroups(id));
        assertThat(channel.isPaused).isTrue();
        while (calls.size() < 40)
            reply(calls.getLast());
        assertThat(channel.isPaused).isFalse();
    }

    private TestFrame arrive(ByteBuffer bytes) {
        var frame = new TestFrame(bytes);
        connection.admit(bytes.remaining());
        connection.onFrame(frame);
        return frame;
    }

    private static void reply(Call call) {
        call.reply(ProduceResponse.builder().responses(List.of()).build());
    }

    private static ByteBuffer listGroups(int correlationId) {
        return request(ApiKey.LIST_GROUPS, (short) 0, correlationId,
            ListGroupsRequest.builder().build());
    }

    private static ByteBuffer produce(int correlationId) {
        return request(ApiKey.PRODUCE, (short) 9, correlationId,
            ProduceRequest.builder().acks((short) -1).timeoutMs(1).topicData(List.of()).build());
    }

    private static ByteBuffer request(ApiKey key, short version, int correlationId,
        Message message) {
        var writer = new Writer();
        RequestHeader.builder().requestApiKey(key.id()).requestApiVersion(version)
            .correlationId(correlationId).clientId("test").build()
            .write(writer, key.requestHeaderVersion(version));
        message.write(writer, version);
        return writer.joined();
    }

    private static ByteBuffer header(short key, short version, int correlationId) {
        return ByteBuffer.allocate(10).putShort(key).putShort(version).putInt(correlationId)
            .putShort((short) -1).flip();
    }

    private static final class TestFrame implements Net.Frame {
        private final ByteBuffer bytes;
        private int released;

        private TestFrame(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override public ByteBuffer bytes() {
            return bytes;
        }

        @Override public void release() {
            released++;
        }
    }

    private static final class StoppedClock implements Clock {
        @Override public long monotonicNs() {
            return START_NS;
        }

        @Override public long wallMs() {
            return 0;
        }
    }
}

package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.base.QuietChannel;
import dev.naru.base.Trace;
import dev.naru.record.BatchBuilder;
import dev.naru.share.Acknowledgement;
import dev.naru.share.AcquireMode;
import dev.naru.share.Lent;
import dev.naru.share.ShareKey;
import dev.naru.share.SharePartition;
import dev.naru.wire.message.DeleteShareGroupStateRequest;
import dev.naru.wire.message.DeleteShareGroupStateResponse;
import dev.naru.wire.message.InitializeShareGroupStateRequest;
import dev.naru.wire.message.InitializeShareGroupStateResponse;
import dev.naru.wire.message.ReadShareGroupStateRequest;
import dev.naru.wire.message.ReadShareGroupStateResponse;
import dev.naru.wire.message.ReadShareGroupStateSummaryRequest;
import dev.naru.wire.message.ReadShareGroupStateSummaryResponse;
import dev.naru.wire.message.WriteShareGroupStateRequest;
import dev.naru.wire.message.WriteShareGroupStateResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// One share partition whose log is cold: reads take a turn of the loop.
final class SharePartitionHostTest {
    private static final String MEMBER = "m";
    private static final int BATCH_BYTES = 900_000;
    private static final int FRAME_BYTES_MAX = 100_000;

    private final TxnNode node = new TxnNode();
    private final Connection connection = connection();
    private final SharePartitionHost host = host();
    private final List<ShareFetched> heard = new ArrayList<>();

    SharePartitionHostTest() throws Exception {}

    private SharePartitionHost host() {
        var partition = node.partition("a", 0);
        for (int size = 0; size < 2 * Limits.RECENT_TAIL_BYTES; size += BATCH_BYTES) {
            partition.append(new BatchBuilder(0)
                .append(1_000, null, ByteBuffer.allocate(BATCH_BYTES)).build(), node.loop.now());
        }
        node.loop.run();
        var rooms = new SharePartitionHost.Rooms(node.cluster, new Unstored(), node.disk,
            (_, _, _, done) -> done.run(), _ -> {
            });
        var topicId = node.cluster.image().topic("a").orElseThrow().topicId();
        var made = new SharePartitionHost(rooms, new ShareKey("g", topicId, 0), partition);
        made.open();
        return made;
    }

    private Connection connection() {
        var table = new ConnectionTable(node.loop, node.loop, Trace.NONE,
            new RequestMemory(FRAME_BYTES_MAX), -1);
        return new Connection(new Channel(), Door.forClients("PLAINTEXT"),
            new Router(FRAME_BYTES_MAX, Trace.NONE), table);
    }

    private ShareSession opened(long atNs) {
        return new ShareSession(new ShareSession.Key("g", MEMBER), connection,
            new ShareGroupTerms(node.cluster, "g"), atNs);
    }

    private void fetch(ShareSession session) {
        var ask = new SharePartition.Ask(MEMBER, 10, 10, AcquireMode.BATCH_OPTIMIZED);
        host.fetch(session, new SharePartitionHost.Wish(ask, 1, BATCH_BYTES, true), heard::add);
    }

    @Test void what_is_read_for_an_older_connection_is_not_lent_once_the_member_is_back() {
        fetch(opened(1));
        fetch(opened(2));
        assertTrue(heard.isEmpty());
        node.loop.run();
        assertEquals(List.of(ErrorCode.SHARE_SESSION_NOT_FOUND, ErrorCode.NONE),
            heard.stream().map(ShareFetched::error).toList());
        assertEquals(List.of(new Lent(0, 0, (short) 1)), heard.getLast().lent());
    }

    @Test void an_older_connection_takes_nothing_away_from_a_newer_one() {
        fetch(opened(2));
        node.loop.run();
        fetch(opened(1));
        node.loop.run();
        assertEquals(ErrorCode.SHARE_SESSION_NOT_FOUND, heard.getLast().error());
        var first = heard.getFirst().lent();
        assertEquals(List.of(new Lent(0, 0, (short) 1)), first);
        var accepted = new ArrayList<ErrorCode>();
        host.acknowledge(MEMBER, List.of(new Acknowledgement(0, 0,
            List.of(Acknowledgement.ACCEPT))), accepted::add);
        node.loop.run();
        assertEquals(List.of(ErrorCode.NONE), accepted);
    }

    /// Knows of nothing, and takes everything.
    private static final class Unstored implements SharePersister {
        @Override public void initialize(Loop home, InitializeShareGroupStateRequest request,
            Consumer<InitializeShareGroupStateResponse> answer) {
            throw new AssertionError(request);
        }

        @Override public void read(Loop home, ReadShareGroupStateRequest request,
            Consumer<ReadShareGroupStateResponse> answer) {
            var topic = request.topics().getFirst();
            var found = ReadShareGroupStateResponse.PartitionResult.builder().partition(0)
                .startOffset(0).stateBatches(List.of()).build();
            answer.accept(ReadShareGroupStateResponse.builder()
                .results(List.of(ReadShareGroupStateResponse.ReadStateResult.builder()
                    .topicId(topic.topicId()).partitions(List.of(found)).build()))
                .build());
        }

        @Override public void write(Loop home, WriteShareGroupStateRequest request,
            Consumer<WriteShareGroupStateResponse> answer) {
            var topic = request.topics().getFirst();
            var stored = WriteShareGroupStateResponse.PartitionResult.builder().partition(0)
                .build();
            answer.accept(WriteShareGroupStateResponse.builder()
                .results(List.of(WriteShareGroupStateResponse.WriteStateResult.builder()
                    .topicId(topic.topicId()).partitions(List.of(stored)).build()))
                .build());
        }

        @Override public void delete(Loop home, DeleteShareGroupStateRequest request,
            Consumer<DeleteShareGroupStateResponse> answer) {
            throw new AssertionError(request);
        }

        @Override public void summarize(Loop home, ReadShareGroupStateSummaryRequest request,
            Consumer<ReadShareGroupStateSummaryResponse> answer) {
            throw new AssertionError(request);
        }
    }

    /// Nobody is at its other end.
    private final class Channel implements QuietChannel {
        @Override public Loop loop() {
            return node.loop;
        }
    }
}

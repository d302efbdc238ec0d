package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest.PartitionSize;
import dev.naru.metadata.ClusterRequest.TellSizes;
import dev.naru.record.BatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class SizeReportsTest {
    private static final int ROUND_MS = 10_000;
    private static final int PART_MAX = 2;

    private final TxnNode node = new TxnNode();
    private final List<TellSizes> told = new ArrayList<>();
    private final List<Consumer<ClusterAnswer>> answers = new ArrayList<>();
    private final SizeReports reports = new SizeReports(node.loop, node.cluster, node.partitions,
        (sizes, answer) -> {
            told.add(sizes);
            answers.add(answer);
        }, PART_MAX);

    SizeReportsTest() throws DiskFault {}

    private void fill(String topic, int... indexes) {
        for (int index : indexes) {
            node.partition(topic, index).append(new BatchBuilder(0)
                .append(1_000, null, ByteBuffer.allocate(3)).build(), node.loop.now());
        }
        node.loop.run();
    }

    private void answer(ClusterAnswer answer) {
        answers.getLast().accept(answer);
        node.loop.passMs(ROUND_MS);
    }

    @Test void what_is_led_is_told_in_parts_over_and_over() {
        fill("a", 0, 1, 2);
        reports.start();
        node.loop.passMs(ROUND_MS);
        answer(new ClusterAnswer.SizesHeard());
        answer(new ClusterAnswer.SizesHeard());
        assertEquals(List.of(0, 2, 0), told.stream().map(TellSizes::from).toList());
        assertEquals(List.of(2, 1, 2), told.stream().map(each -> each.sizes().size()).toList());
        assertEquals(List.of(false, true, false), told.stream().map(TellSizes::isLast).toList());
        var first = told.getFirst().sizes().getFirst();
        assertEquals(node.partition("a", 0).log().sizeBytes(), first.bytes());
        assertTrue(first.bytes() > 0);
    }

    @Test void what_holds_nothing_any_more_is_told_so() {
        node.partition("b", 0);
        reports.start();
        node.loop.passMs(ROUND_MS);
        assertEquals(List.of(0L), told.getFirst().sizes().stream()
            .map(PartitionSize::bytes).toList());
    }

    @Test void what_was_not_heard_begins_anew() {
        fill("a", 0, 1, 2);
        reports.start();
        node.loop.passMs(ROUND_MS);
        answer(new ClusterAnswer.Failed(ErrorCode.REQUEST_TIMED_OUT, ""));
        assertEquals(List.of(0, 0), told.stream().map(TellSizes::from).toList());
    }

    @Test void a_node_that_leads_nothing_says_so() {
        reports.start();
        node.loop.passMs(ROUND_MS);
        assertEquals(List.of(), told.getFirst().sizes());
        assertTrue(told.getFirst().isLast());
    }

    @Test void after_the_end_nothing_is_told() {
        reports.start();
        reports.stop();
        node.loop.passMs(ROUND_MS);
        assertEquals(List.of(), told);
    }
}

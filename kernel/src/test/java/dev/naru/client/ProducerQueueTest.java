package dev.naru.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class ProducerQueueTest {
    private final ProducerQueue queue = new ProducerQueue(new Slot("topic", 0));

    private void add() {
        queue.open(1, 0).add(0, null, ByteBuffer.allocate(1), _ -> {
        });
    }

    private boolean isReady() {
        return queue.isReady(0, 0, 1);
    }

    private ProducerBatch take() {
        assertTrue(isReady());
        return queue.take(true);
    }

    /// The partition remembers five: the first would not be known again behind five others.
    @Test void while_a_batch_is_undecided_only_four_may_follow_it_whoever_they_are_sent_to() {
        for (int count = 0; count < 7; count++)
            add();
        var first = take();
        for (int count = 0; count < 4; count++)
            queue.landed(take());
        assertFalse(isReady());
        queue.landed(first);
        queue.again(first);
        assertEquals(first, take());
        assertFalse(isReady());
        queue.landed(first);
        assertEquals(5, take().firstSequence());
    }

    @Test void batches_without_sequences_may_be_under_way_in_any_number() {
        for (int count = 0; count < 7; count++)
            add();
        for (int count = 0; count < 7; count++) {
            assertTrue(isReady());
            queue.take(false);
        }
    }
}

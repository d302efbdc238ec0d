package dev.naru.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Codecs;
import dev.naru.record.BatchView;
import dev.naru.record.Codec;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProducerQueueTest {
    private static final ProducerIdentity WRITER = new ProducerIdentity(7, (short) 1);

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
        return queue.take(WRITER);
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

    /// It may wait for a connection while its transaction is aborted and the next one begins.
    @Test void a_batch_that_is_given_up_before_it_left_leaves_under_the_epoch_it_was_numbered_in() {
        add();
        var late = take();
        assertEquals(List.of(late), queue.dropAll());
        queue.restart();
        add();
        var next = queue.take(WRITER.risen());
        assertEquals(WRITER, writerOf(late));
        assertEquals(WRITER.risen(), writerOf(next));
        assertEquals(late.firstSequence(), next.firstSequence());
    }

    private static ProducerIdentity writerOf(ProducerBatch batch) {
        var view = BatchView.over(batch.encode(true, new NoCodecs(), Codec.NONE), 0);
        return new ProducerIdentity(view.producerId(), view.producerEpoch());
    }

    @Test void batches_without_sequences_may_be_under_way_in_any_number() {
        for (int count = 0; count < 7; count++)
            add();
        for (int count = 0; count < 7; count++) {
            assertTrue(isReady());
            queue.take(ProducerIdentity.NONE);
        }
    }

    /// Nothing is compressed here.
    private static final class NoCodecs implements Codecs {
        @Override public Source open(int codecId, ByteBuffer compressed) {
            throw new UnsupportedOperationException();
        }

        @Override public ByteBuffer compress(int codecId, int level, ByteBuffer[] parts) {
            throw new UnsupportedOperationException();
        }
    }
}

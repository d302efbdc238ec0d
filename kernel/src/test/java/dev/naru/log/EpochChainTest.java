package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Invariant;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class EpochChainTest {
    @Test void an_epoch_ends_where_the_next_one_begins() {
        var chain = chain(2, 0, 5, 10, 7, 20);

        assertEquals(new EpochEnd(2, 10), chain.endOf(2, 30));
        assertEquals(new EpochEnd(5, 20), chain.endOf(5, 30));
        assertEquals(new EpochEnd(7, 30), chain.endOf(7, 30));
    }

    @Test void an_unknown_epoch_ends_where_the_largest_smaller_one_does() {
        var chain = chain(2, 0, 5, 10, 7, 20);

        assertEquals(new EpochEnd(5, 20), chain.endOf(6, 30));
        assertEquals(new EpochEnd(1, 0), chain.endOf(1, 30));
    }

    @Test void an_epoch_above_all_others_is_undefined() {
        assertEquals(EpochEnd.UNDEFINED, chain(2, 0).endOf(3, 30));
        assertEquals(EpochEnd.UNDEFINED, chain(2, 0).endOf(-1, 30));
        assertEquals(EpochEnd.UNDEFINED, chain().endOf(0, 30));
    }

    @Test void the_same_epoch_is_noted_once() {
        var chain = chain(1, 0);

        assertFalse(chain.assign(1, 5));
        assertTrue(chain.assign(2, 5));
        assertEquals(2, chain.count());
    }

    @Test void an_epoch_without_records_gives_way_to_the_next() {
        var chain = chain(1, 0, 2, 5);

        chain.assign(3, 5);

        assertEquals(new EpochEnd(1, 5), chain.endOf(2, 9));
        assertEquals(OptionalInt.of(3), chain.last());
    }

    @Test void an_epoch_that_falls_breaks_the_law() {
        assertThrows(Invariant.Broken.class, () -> chain(3, 0).assign(2, 5));
    }

    @Test void cutting_the_end_forgets_epochs_that_begin_there() {
        var chain = chain(1, 0, 2, 5, 3, 9);

        assertTrue(chain.cutEnd(9));
        assertFalse(chain.cutEnd(9));

        assertEquals(OptionalInt.of(2), chain.last());
    }

    @Test void cutting_the_start_keeps_the_epoch_that_spans_it() {
        var chain = chain(1, 0, 2, 5, 3, 9);

        assertTrue(chain.cutStart(7));
        assertFalse(chain.cutStart(7));

        assertEquals("0\n2\n2 7\n3 9\n", text(chain));
        assertEquals(2, chain.epochAt(8));
        assertEquals(-1, chain.epochAt(6));
    }

    @Test void the_file_is_kafkas() {
        assertEquals("0\n3\n1 0\n2 5\n3 9\n", text(chain(1, 0, 2, 5, 3, 9)));
        assertEquals("0\n0\n", text(chain()));
    }

    @Test void a_file_is_read_back() {
        for (var text : new String[]{"0\n0\n", "0\n1\n0 0\n", "0\n2\n4 7\n9 1234567890123\n"}) {
            assertEquals(text, text(decode(text).orElseThrow()));
        }
    }

    @Test void what_is_not_a_chain_is_not_read() {
        for (var text : new String[]{"", "0", "0\n", "1\n0\n", "0\n2\n1 0\n", "0\n1\n1\n",
                "0\n1\nx 0\n", "0\n2\n2 0\n1 5\n", "0\n2\n1 5\n2 3\n", "0\n1\n-1 0\n",
                "0\n1\n1 0"}) {
            assertEquals(Optional.empty(), decode(text).map(EpochChainTest::text), text);
        }
    }

    private static EpochChain chain(int... epochsAndStarts) {
        var chain = new EpochChain();
        for (int at = 0; at < epochsAndStarts.length; at += 2) {
            chain.assign(epochsAndStarts[at], epochsAndStarts[at + 1]);
        }
        return chain;
    }

    private static String text(EpochChain chain) {
        return StandardCharsets.UTF_8.decode(chain.encode()).toString();
    }

    private static Optional<EpochChain> decode(String text) {
        return EpochChain.decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}

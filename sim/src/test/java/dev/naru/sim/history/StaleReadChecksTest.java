package dev.naru.sim.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StaleReadChecksTest {
    private static final Slot SLOT = new Slot("topic", 0);

    private final History history = new History();

    private List<String> found() {
        return StaleReadChecks.find(history, AgreedLog.of(history, new ArrayList<>()));
    }

    /// Node 1 leads in epoch 0, node 2 in epoch 1 from 100 on.
    private void twoLeaders() {
        history.leads(SLOT, 0, 1, 0);
        history.leads(SLOT, 1, 2, 100);
    }

    private void ends(long offset, int leaderEpoch, long atNs) {
        history.saw(new Seen.Latest(SLOT, offset, leaderEpoch, atNs, atNs + 1));
    }

    @Test void an_end_that_falls_in_the_same_epoch_is_stale() {
        twoLeaders();
        ends(9, 1, 200);
        ends(8, 1, 300);
        assertEquals(1, found().size());
    }

    @Test void a_deposed_leader_need_not_know_what_its_successor_promised() {
        twoLeaders();
        ends(9, 1, 200);
        ends(8, 0, 300);
        assertEquals(List.of(), found());
    }

    @Test void a_deposed_leader_knows_what_was_promised_before_its_successor_began() {
        twoLeaders();
        ends(9, 0, 50);
        ends(8, 0, 300);
        assertTrue(found().getFirst().startsWith("stale"));
    }

    @Test void one_who_leads_alone_is_never_stale_whatever_its_epoch() {
        history.leads(SLOT, 0, 1, 0);
        ends(9, -1, 200);
        ends(8, -1, 300);
        assertEquals(1, found().size());
    }
}

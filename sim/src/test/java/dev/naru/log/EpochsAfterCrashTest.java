package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.base.DiskFault;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// A log that was cut, and crashed before its file of epochs knew.
final class EpochsAfterCrashTest {
    private final LogYard yard;

    EpochsAfterCrashTest() throws DiskFault {
        yard = new LogYard(1, LogSettings.standard());
        yard.append(5, "a");
        yard.leaderEpoch = 3;
        yard.append(6, "b");
        for (int round = 0; round < 3; round++) {
            yard.log.checkpoint();
            yard.flush();
            yard.record();
        }
        yard.truncateTo(1);
    }

    @Test void the_epoch_of_records_that_were_cut_is_forgotten() throws DiskFault {
        yard.killed();

        assertEquals(OptionalInt.of(0), yard.log.lastEpoch());
        assertEquals(new EpochEnd(0, 1), yard.log.endOf(0));
    }

    @Test void what_an_older_epoch_wrote_instead_is_kept() throws Exception {
        var batch = new BatchBuilder(1).append(7, null, LogYard.bytes("c")).build();
        BatchView.over(batch, 0).setLeaderEpoch(2);
        yard.log.appendReplica(batch, yard.now());
        yard.flush();

        yard.lostPower();

        assertEquals(List.of("a", "c"), yard.values());
        assertEquals(OptionalInt.of(2), yard.log.lastEpoch());
    }
}

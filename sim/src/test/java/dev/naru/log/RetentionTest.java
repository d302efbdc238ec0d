package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RetentionTest {
    /// Each batch of one short record is 71 bytes: five to a segment.
    private static final LogSettings FIVE_EACH = LogSettings.standard().withSegmentBytes(400)
        .withRetention(-1, -1);

    private final LogYard yard;

    RetentionTest() throws DiskFault {
        yard = new LogYard(1, FIVE_EACH);
        for (int number = 0; number < 20; number++)
            yard.append(1_000 + number, "a" + number % 10);
        yard.flush();
        assertEquals(4, yard.log.segmentCount());
    }

    @Test void without_limits_nothing_goes() throws Exception {
        assertEquals(0, yard.log.enforceRetention(20, yard.now()));
    }

    @Test void segments_go_when_their_newest_record_is_too_old() throws Exception {
        keep(-1, 100);
        yard.wallMs = 1_104 + 1;

        assertEquals(1, yard.log.enforceRetention(20, yard.now()));
        assertEquals(5, yard.log.logStartOffset());
        assertEquals(15, yard.values().size());
    }

    @Test void a_log_whose_records_are_all_too_old_is_emptied_and_keeps_its_end() throws Exception {
        keep(-1, 100);
        yard.wallMs = 5_000;

        assertEquals(4, yard.log.enforceRetention(20, yard.now()));

        assertEquals(20, yard.log.logStartOffset());
        assertEquals(20, yard.log.logEndOffset());
        assertEquals(0, yard.log.sizeBytes());
        assertEquals(4, logFiles() - 1, "the files stay until the new name is durable");
        yard.flush();
        assertEquals(5, logFiles(), "and until the log start is recorded");
        yard.record();
        assertEquals(2, logFiles(),
            "and, above the recovery point, until its producers are durable");
        yard.log.checkpoint();
        yard.flush();
        yard.flush();
        yard.record();
        assertEquals(1, logFiles());
        yard.lostPower();
        assertEquals(20, yard.log.logEndOffset());
        assertEquals(21, yard.append(6_000, "next"));
        assertEquals(List.of("next"), yard.values());
    }

    @Test void old_segments_go_while_the_log_stays_as_large_as_it_may_be() throws Exception {
        long sizeBytes = yard.log.sizeBytes();
        keep(sizeBytes / 2 + 1, -1);

        assertEquals(1, yard.log.enforceRetention(20, yard.now()));

        assertTrue(yard.log.sizeBytes() > sizeBytes / 2);
    }

    @Test void nothing_above_the_high_watermark_goes() throws Exception {
        keep(-1, 100);
        yard.wallMs = 5_000;

        assertEquals(1, yard.log.enforceRetention(9, yard.now()));
        assertEquals(5, yard.log.logStartOffset());
    }

    @Test void deleted_records_take_their_segments_with_them() throws Exception {
        yard.log.deleteRecordsBefore(12);
        yard.flush();

        assertEquals(12, yard.log.logStartOffset());
        assertEquals(2, yard.log.segmentCount());
        assertEquals(8, yard.values().size());
        yard.record();
        yard.killed();
        assertEquals(12, yard.log.logStartOffset());
    }

    @Test void deleting_all_records_keeps_the_end() throws Exception {
        yard.log.deleteRecordsBefore(20);

        assertEquals(List.of(), yard.values());
        assertEquals(21, yard.append(5_000, "next"));
    }

    @Test void a_compacted_log_keeps_old_records() throws Exception {
        yard.log.settings(FIVE_EACH.withRetention(1, 1).withCleanup(false, true,
            CleaningRules.standard()));
        yard.wallMs = 1_000_000;

        assertEquals(0, yard.log.enforceRetention(20, yard.now()));
    }

    @Test void retention_knows_the_times_after_a_clean_stop_and_after_a_crash() throws Exception {
        keep(-1, 100);
        yard.wallMs = 1_104 + 1;
        yard.settings = yard.log.settings();
        yard.restart();
        assertEquals(1, yard.log.enforceRetention(20, yard.now()));

        yard.flush();
        yard.record();
        yard.killed();
        yard.wallMs = 1_009 + 101;
        assertEquals(1, yard.log.enforceRetention(20, yard.now()));
    }

    private long logFiles() throws DiskFault {
        return yard.disk.list(LogYard.DIRECTORY).stream().filter(name -> name.endsWith(".log"))
            .count();
    }

    private void keep(long bytes, long ms) {
        yard.log.settings(FIVE_EACH.withRetention(bytes, ms));
    }
}

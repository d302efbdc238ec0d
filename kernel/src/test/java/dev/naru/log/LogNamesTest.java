package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.log.LogManifestEntry.SegmentNote;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LogNamesTest {
    @Test void files_are_named_after_their_first_offset_in_twenty_digits() {
        assertEquals("00000000000000000000.log", LogFiles.name(0, LogFiles.LOG));
        assertEquals("09223372036854775807.timeindex",
            LogFiles.name(Long.MAX_VALUE, LogFiles.TIME_INDEX));
        assertEquals(1234, LogFiles.offsetOf("00000000000000001234.snapshot", LogFiles.SNAPSHOT));
        assertEquals(Long.MAX_VALUE, LogFiles.offsetOf("09223372036854775807.log", LogFiles.LOG));
    }

    @Test void other_names_are_none() {
        for (var name : List.of("0.log", "00000000000000001234.index", "0000000000000000123x.log",
            "99999999999999999999.log", "00000000000000001234.log.cleaned", "/")) {
            assertEquals(-1, LogFiles.offsetOf(name, LogFiles.LOG), name);
        }
    }

    @Test void a_manifest_entry_is_read_back() {
        var entry = new LogManifestEntry(5, 20, 3,
            List.of(new SegmentNote(0, 100, 77), new SegmentNote(10, 50, -1)));

        assertEquals("5 20 3 0 100 77 10 50 -1", entry.toLine());
        assertEquals(Optional.of(entry), LogManifestEntry.parse(entry.toLine()));
        for (var line : List.of("", "1", "1 2 3 4", "1 2 x", "1 2 3 4 5")) {
            assertEquals(Optional.empty(), LogManifestEntry.parse(line));
        }
    }
}

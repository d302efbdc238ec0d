package dev.naru.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Uuid;
import dev.naru.log.LogManifestEntry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CleanStopTest {
    private static final Uuid DIRECTORY = new Uuid(7, 7);
    private static final Uuid TOPIC = new Uuid(1, 2);

    private static LeftBehind closed(int index) {
        var segment = new LogManifestEntry.SegmentNote(0, 500, 99);
        var entry = new LogManifestEntry(3, 10, 4, List.of(segment));
        return new LeftBehind(TOPIC, "orders", index, Optional.of(entry), 10, 3, false, 0);
    }

    private static LeftBehind unclosed(int index) {
        return new LeftBehind(TOPIC, "orders", index, Optional.empty(), 8, 2, false, 0);
    }

    @Test void what_is_written_is_read_by_the_next_life() {
        var left = List.of(closed(0), unclosed(1));
        var text = CleanStop.text(DIRECTORY, left);
        assertThat(CleanStop.parse(text, DIRECTORY)).contains(left);
    }

    @Test void no_partitions_are_a_clean_stop_too() {
        assertThat(CleanStop.parse(CleanStop.text(DIRECTORY, List.of()), DIRECTORY))
            .contains(List.of());
    }

    @Test void the_manifest_of_another_directory_is_not_believed() {
        var text = CleanStop.text(DIRECTORY, List.of(closed(0)));
        assertThat(CleanStop.parse(text, new Uuid(8, 8))).isEmpty();
    }

    @Test void a_manifest_with_any_byte_missing_or_changed_is_not_believed() {
        var text = CleanStop.text(DIRECTORY, List.of(closed(0), unclosed(1)));
        for (int at = 0; at < text.length(); at++) {
            assertThat(CleanStop.parse(text.substring(0, at), DIRECTORY)).isEmpty();
            var changed = new StringBuilder(text);
            changed.setCharAt(at, text.charAt(at) == '1' ? '2' : '1');
            assertThat(CleanStop.parse(changed.toString(), DIRECTORY)).as(changed.toString())
                .isEmpty();
        }
    }

    @Test void a_partition_that_was_not_closed_is_scanned_from_its_recovery_point() {
        var how = unclosed(1).openHow(TOPIC);
        assertThat(how.cleanStop()).isEmpty();
        assertThat(how.isNew()).isFalse();
        assertThat(how.recoveryPoint()).isEqualTo(8);
        assertThat(how.logStartOffset()).isEqualTo(2);
    }
}

package dev.naru.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
    @TempDir
    Path work;

    @Test void a_job_goes_on_behind_the_last_seed_that_was_run() throws IOException {
        var file = work.resolve("journal");
        var journal = new Journal(file, " --nodes 3");
        assertEquals(1_001, journal.next(1_001));
        journal.ran(1_001, 1_020, List.of());
        journal.ran(1_021, 1_040, List.of(1_027L));

        assertEquals(1_041, journal.next(1_001));
        assertEquals(5_000, journal.next(5_000));
        assertEquals(List.of("seeds 1001 to 1020, --nodes 3: 0 failed",
            "seeds 1021 to 1040, --nodes 3: 1 failed [1027]"), Files.readAllLines(file));
    }

    @Test void seeds_of_another_kind_and_other_files_are_refused() throws IOException {
        var file = work.resolve("journal");
        new Journal(file, "").ran(1, 20, List.of());
        assertThrows(IOException.class, () -> new Journal(file, " --nodes 3").next(1));
        Files.writeString(file, "something else\n");
        assertThrows(IOException.class, () -> new Journal(file, "").next(1));
    }
}

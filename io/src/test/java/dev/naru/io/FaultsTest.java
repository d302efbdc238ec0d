package dev.naru.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.base.DiskFault;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

/// What an operator reads when the system refuses.
final class FaultsTest {
    private static String told(IOException cause) {
        return Faults.of("list", "topic-0", cause).getMessage();
    }

    @Test void a_refusal_says_why_and_not_only_where() {
        assertEquals("list topic-0: permission denied",
            told(new AccessDeniedException("/data/topic-0")));
        assertEquals("list topic-0: no such file or directory",
            told(new NoSuchFileException("/data/topic-0")));
        assertEquals("list topic-0: Input/output error",
            told(new IOException("Input/output error")));
    }

    @Test void no_room_is_not_a_failure_of_the_device() {
        assertEquals(DiskFault.Kind.FULL, Faults.of("write", "topic-0",
            new IOException("No space left on device")).kind());
        assertEquals(DiskFault.Kind.FAILED, Faults.of("write", "topic-0",
            new AccessDeniedException("/data/topic-0")).kind());
    }
}

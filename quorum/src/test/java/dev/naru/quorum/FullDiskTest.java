package dev.naru.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A member of the quorum whose disk others fill.
@Timeout(120)
final class FullDiskTest {
    private static final int CHUNK_BYTES = 4096;

    @Test void a_write_without_room_is_one_whatever_it_is_wrapped_in() {
        var refused = new IOException("No space left on device");
        assertTrue(FullDisk.isCause(refused));
        assertTrue(FullDisk.isCause(new IOException("Log already failed", refused)));
        assertFalse(FullDisk.isCause(new IOException("Input/output error")));
        assertFalse(FullDisk.isCause(new IllegalStateException("No space left on device")));
    }

    @Test void a_sync_that_fails_is_not_a_full_disk() {
        var refused = new IOException("No space left on device");
        refused.setStackTrace(new StackTraceElement[]{
                new StackTraceElement("sun.nio.ch.FileDispatcherImpl", "force0", null, -2)});
        assertFalse(FullDisk.isCause(refused));
    }

    @Test void a_member_on_a_full_disk_goes_on_when_there_is_room() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root to mount");
        var yard = new RatisYard(3);
        var small = yard.directory(2);
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=2m", "none", small.toString()) == 0,
            "cannot mount a tmpfs here");
        try (yard) {
            var nodes = new ArrayList<Recorder>();
            for (int nodeId : yard.nodes())
                nodes.add(new Recorder(yard, nodeId));
            commit(yard, nodes, 1);
            yard.until(() -> nodes.get(1).values().contains(1L));
            fill(small.resolve("filler"));
            // a new term begins a new segment, for which there is no room; alone it leads no longer
            yard.kill(1);
            yard.kill(3);
            yard.until(() -> !nodes.get(1).isLeading());
            nodes.set(0, new Recorder(yard, 1));
            nodes.set(2, new Recorder(yard, 3));
            commit(yard, List.of(nodes.getFirst(), nodes.getLast()), 2);
            assertFalse(nodes.get(1).values().contains(2L));
            Files.delete(small.resolve("filler"));
            yard.until(() -> nodes.get(1).values().contains(2L));
            assertEquals("", nodes.get(1).failure());
        } finally {
            run("umount", "-l", small.toString());
            Files.deleteIfExists(small);
        }
    }

    /// With whoever leads at last.
    private static void commit(RatisYard yard, List<Recorder> nodes, long value) {
        boolean isCommitted = false;
        while (!isCommitted) {
            yard.until(() -> nodes.stream().anyMatch(Recorder::isLeading));
            var leader = nodes.stream().filter(Recorder::isLeading).findFirst();
            isCommitted = leader.isPresent() && leader.get().isCommitted(value);
        }
    }

    private static void fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            while (true)
                out.write(new byte[CHUNK_BYTES]);
        } catch (IOException full) {
            assertTrue(FullDisk.isCause(full), full.toString());
        }
    }

    private static int run(String... words) throws Exception {
        return new ProcessBuilder(words).inheritIO().start().waitFor();
    }
}

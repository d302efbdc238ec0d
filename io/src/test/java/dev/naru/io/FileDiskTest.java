package dev.naru.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileDiskTest {
    private static final int HANDLES_MAX = 10;

    @Test void handles_are_capped_and_files_stay_usable(@TempDir Path directory) throws Exception {
        try (var disk = FileDisk.open(directory, HANDLES_MAX, false)) {
            for (int round = 0; round < 2; round++) {
                for (int number = 0; number < 50; number++) {
                    disk.file("f" + number).write(round, bytes("x"));
                    assertThat(disk.openHandles()).isLessThanOrEqualTo(HANDLES_MAX);
                }
            }
            assertThat(disk.file("f0").sizeBytes()).isEqualTo(2);
        }
    }

    @Test void a_leased_handle_is_never_closed(@TempDir Path directory) throws Exception {
        try (var disk = FileDisk.open(directory, HANDLES_MAX, false)) {
            var slices = new ArrayList<Bytes.Slice>();
            for (int number = 0; number < 3 * HANDLES_MAX; number++) {
                var file = disk.file("f" + number);
                file.write(0, bytes("abc"));
                slices.add(file.slice(0, 3));
                disk.delete("f" + number);
            }
            for (var slice : slices) {
                var lease = (FileLease) slice.lease();
                var into = ByteBuffer.allocate(3);
                assertThat(lease.read(0, into)).isEqualTo(3);
                lease.release();
                assertThat(lease.channel().isOpen()).isFalse();
            }
        }
    }

    @Test void what_was_just_written_is_in_memory(@TempDir Path directory) throws Exception {
        try (var disk = FileDisk.open(directory, HANDLES_MAX, false)) {
            var file = disk.file("f");
            file.write(0, bytes("abc".repeat(10_000)));
            var lease = (FileLease) file.slice(5_000, 20_000).lease();

            assertThat(lease.isInMemory(5_000, 20_000)).isTrue();
            lease.release();
        }
    }

    @Test void asking_for_bytes_that_were_cut_off_does_not_bring_them_back(@TempDir Path directory)
        throws Exception {
        try (var disk = FileDisk.open(directory, HANDLES_MAX, false)) {
            var file = disk.file("f");
            file.write(0, bytes("abcdef"));
            var lease = (FileLease) file.slice(0, 6).lease();
            file.truncate(2);

            assertThat(lease.isInMemory(0, 6)).isFalse();
            assertThat(file.sizeBytes()).isEqualTo(2);
            lease.release();
        }
    }

    @Test void idle_files_make_room_for_others_before_leased_ones(@TempDir Path directory)
        throws Exception {
        try (var disk = FileDisk.open(directory, HANDLES_MAX, false)) {
            var leased = disk.file("leased");
            leased.write(0, bytes("abc"));
            var slice = leased.slice(0, 3);
            for (int number = 0; number < 50; number++)
                disk.file("f" + number).write(0, bytes("x"));
            assertThat(((FileLease) slice.lease()).channel().isOpen()).isTrue();
            assertThat(disk.openHandles()).isEqualTo(HANDLES_MAX);
            slice.discard();
        }
    }

    @Test void a_second_owner_is_told_who_has_the_directory(@TempDir Path directory)
        throws Exception {
        try (var disk = FileDisk.open(directory, HANDLES_MAX, false)) {
            assertThatThrownBy(() -> FileDisk.open(directory, HANDLES_MAX, false))
                .isInstanceOf(IOException.class).hasMessageContaining("is in use by this process");
            assertThat(Files.readString(directory.resolve(".lock")))
                .isEqualTo(ProcessHandle.current().pid() + "\n");
            assertThat(disk.list("")).isEmpty();
        }
        FileDisk.open(directory, HANDLES_MAX, false).close();
    }

    @Test void a_full_device_is_full_and_not_failed() {
        var full = Faults.of("write", "a", new IOException("No space left on device"));
        assertThat(full.kind()).isEqualTo(DiskFault.Kind.FULL);
        var failed = Faults.of("write", "a", new IOException("Input/output error"));
        assertThat(failed.kind()).isEqualTo(DiskFault.Kind.FAILED);
        assertThat(failed).hasMessage("write a: Input/output error");
    }

    @Test void a_flush_covers_a_file_that_is_renamed_before_it_runs(@TempDir Path directory)
        throws Exception {
        try (var disk = FileDisk.open(directory, HANDLES_MAX, false)) {
            var file = disk.file("a");
            file.write(0, bytes("abc"));
            var pinned = ((FileDiskFile) file).pin();
            disk.rename("a", "b");
            assertThat(pinned).isPresent();
            pinned.get().channel().force(false);
            pinned.get().release();
        }
    }

    @Test void syncfs_is_found_on_linux(@TempDir Path directory) throws Exception {
        var sync = WholeSync.of(directory);
        assertThat(sync.isPresent()).isEqualTo(System.getProperty("os.name").equals("Linux"));
        if (sync.isEmpty()) return;
        sync.get().flush();
        sync.get().close();
    }

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }
}

package dev.naru.quorum;

import dev.naru.metadata.NodeIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The end of Ratis' open log file after a power cut amid a write. Ratis takes a file that ends within an
/// entry, but its files are preallocated: what was not written reads as zeros, and it takes that for
/// damage. An entry that was not stored whole was never acknowledged; it is cut off before Ratis starts.
///
/// ```
/// "RaftLog1" { length: varint | entry | CRC-32C of both: int32 }... zeros
/// ```
///
/// Torn is the last entry only: nothing but zeros follows it, and it ends in zeros or has a whole sector of
/// them. Anything else that does not verify is damage, and Ratis refuses it.
final class TornTail {
    private static final String OPEN_FILES = "log_inprogress_*";
    private static final int HEADER_BYTES = 8;
    private static final int SECTOR_BYTES = 512;
    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int VARINT_BYTES_MAX = 5;

    private TornTail() {}

    /// What was cut off a file.
    record Cut(Path file, long position, long sizeBytes) {}

    /// Cuts what is torn in the node's log of the quorum, and says so.
    static void mend(QuorumSettings settings, NodeIdentity identity,
        RatisMetadataLog.Outside outside) throws IOException {
        var current = RatisMember.root(settings.dataDirectory(), identity.clusterId())
            .resolve("current");
        for (var cut : mend(current, outside.forcing())) {
            outside.trace().emit(new QuorumEvent.TornTailCut(cut.file().toString(),
                cut.position(), cut.sizeBytes()));
        }
    }

    /// Cuts what is torn in the open files of this directory; that lasts when it returns.
    static List<Cut> mend(Path directory, ForcedDirectories.Forcing forcing) throws IOException {
        var cuts = new ArrayList<Cut>();
        if (!Files.isDirectory(directory)) return cuts;
        try (var open = Files.newDirectoryStream(directory, OPEN_FILES)) {
            for (var file : open)
                cut(file).ifPresent(cuts::add);
        }
        if (!cuts.isEmpty()) forcing.force(directory);
        return cuts;
    }

    private static Optional<Cut> cut(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
            var bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            int position = torn(bytes);
            if (position < 0) return Optional.empty();
            int sizeBytes = lastWritten(bytes) + 1 - position;
            channel.truncate(position);
            channel.force(true);
            return Optional.of(new Cut(file, position, sizeBytes));
        }
    }

    /// Where the torn entry begins; -1 when there is none.
    static int torn(ByteBuffer bytes) {
        int last = lastWritten(bytes);
        int position = HEADER_BYTES;
        while (position <= last) {
            long end = end(bytes, position);
            boolean isWhole = end <= bytes.limit() && isSound(bytes, position, (int) end);
            if (!isWhole) return last < end && isTorn(bytes, position, end) ? position : -1;
            position = (int) end;
        }
        return -1;
    }

    /// The place of the last byte that is not zero; -1 when all are.
    private static int lastWritten(ByteBuffer bytes) {
        int last = bytes.limit() - 1;
        while (last >= 0 && bytes.get(last) == 0)
            last--;
        return last;
    }

    /// Where the entry ends by its length.
    private static long end(ByteBuffer bytes, int position) {
        long length = 0;
        for (int at = 0; at < VARINT_BYTES_MAX && position + at < bytes.limit(); at++) {
            byte part = bytes.get(position + at);
            length |= (part & 0x7fL) << (7 * at);
            if (part >= 0) return position + at + 1 + length + CHECKSUM_BYTES;
        }
        return Long.MAX_VALUE;
    }

    private static boolean isSound(ByteBuffer bytes, int position, int end) {
        var checksum = new CRC32C();
        checksum.update(bytes.slice(position, end - CHECKSUM_BYTES - position));
        return (int) checksum.getValue() == bytes.getInt(end - CHECKSUM_BYTES);
    }

    private static boolean isTorn(ByteBuffer bytes, int position, long end) {
        int stop = (int) Math.min(end, bytes.limit());
        if (end > bytes.limit() || bytes.get(stop - 1) == 0) return true;
        int sector = (position + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
        for (; sector + SECTOR_BYTES <= stop; sector += SECTOR_BYTES) {
            if (isZero(bytes.slice(sector, SECTOR_BYTES))) return true;
        }
        return false;
    }

    private static boolean isZero(ByteBuffer bytes) {
        return lastWritten(bytes) < 0;
    }
}

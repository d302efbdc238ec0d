package dev.naru.metadata;

import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.Limits;
import java.nio.ByteBuffer;

/// Reads frames from a file through a window, so that many small ones cost few reads. The file must
/// not change meanwhile.
final class FrameReader {
    private static final int WINDOW_BYTES = 1 << 18;

    private final DiskFile file;
    private final long sizeBytes;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowPosition;

    FrameReader(DiskFile file, long sizeBytes) {
        this.file = file;
        this.sizeBytes = sizeBytes;
    }

    /// The frame at `filePosition`: whole, or what keeps it from being so.
    Found at(long filePosition) throws DiskFault {
        long left = sizeBytes - filePosition;
        if (left <= 0) return new Found.Nothing();
        if (left < MetadataFrame.HEADER_BYTES)
            return new Found.Damaged("a header of " + left + " bytes");
        var header = bytes(filePosition, MetadataFrame.HEADER_BYTES);
        int length = MetadataFrame.payloadBytes(header);
        if (!MetadataFrame.hasMark(header)) return new Found.Damaged("an unknown mark");
        if (length < 0 || length > Limits.METADATA_BATCH_BYTES_MAX
            || length > left - MetadataFrame.HEADER_BYTES) {
            return new Found.Damaged("a length of " + length + " bytes");
        }
        var kept = ByteBuffer.allocate(MetadataFrame.HEADER_BYTES + length);
        kept.put(bytes(filePosition, kept.capacity())).flip();
        if (kept.remaining() < kept.capacity()) return new Found.Damaged("an end inside a payload");
        var frame = MetadataFrame.parse(kept);
        return frame.isPresent()
            ? new Found.Whole(frame.get())
            : new Found.Damaged("a wrong checksum");
    }

    /// A view of `count` bytes, or of fewer if the file ends before; valid until the next call.
    ByteBuffer bytes(long filePosition, int count) throws DiskFault {
        boolean isThere = filePosition >= windowPosition
            && filePosition + count <= windowPosition + window.limit();
        if (!isThere) fill(filePosition, count);
        int from = (int) (filePosition - windowPosition);
        return window.slice(from, Math.min(count, window.limit() - from));
    }

    private void fill(long filePosition, int count) throws DiskFault {
        int capacity = (int) Math.min(Math.max(WINDOW_BYTES, count), sizeBytes - filePosition);
        window = ByteBuffer.allocate(capacity);
        windowPosition = filePosition;
        while (window.hasRemaining()) {
            if (file.read(filePosition + window.position(), window) <= 0) break;
        }
        window.flip();
    }

    /// What stands at a place of a file.
    sealed interface Found {
        record Whole(MetadataFrame frame) implements Found {}

        record Nothing() implements Found {}

        record Damaged(String what) implements Found {}
    }
}

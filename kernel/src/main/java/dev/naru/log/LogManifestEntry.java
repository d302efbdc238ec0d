package dev.naru.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a clean stop writes down about one partition, so that the next start opens none of its files
/// before somebody asks for them. The log end is also the recovery point.
///
/// @param lastEpoch leader epoch of the last batch, -1 in an empty log
public record LogManifestEntry(long logStartOffset, long logEndOffset, int lastEpoch,
    List<SegmentNote> segments) {
    /// One segment.
    ///
    /// @param maxTimestampMs largest timestamp of a record in it, -1 when there is none
    public record SegmentNote(long baseOffset, int sizeBytes, long maxTimestampMs) {}

    /// One line: log start, log end, last epoch, then three numbers for each segment.
    public String toLine() {
        var line = new StringBuilder();
        line.append(logStartOffset).append(' ').append(logEndOffset).append(' ').append(lastEpoch);
        for (var segment : segments) {
            line.append(' ').append(segment.baseOffset).append(' ').append(segment.sizeBytes)
                .append(' ').append(segment.maxTimestampMs);
        }
        return line.toString();
    }

    /// The entry that [#toLine] wrote, or empty when the line is something else.
    public static Optional<LogManifestEntry> parse(String line) {
        var words = line.split(" ", -1);
        if (words.length < 3 || words.length % 3 != 0) return Optional.empty();
        try {
            var segments = new ArrayList<SegmentNote>(words.length / 3 - 1);
            for (int at = 3; at < words.length; at += 3) {
                segments.add(new SegmentNote(Long.parseLong(words[at]),
                    Integer.parseInt(words[at + 1]), Long.parseLong(words[at + 2])));
            }
            return Optional.of(new LogManifestEntry(Long.parseLong(words[0]),
                Long.parseLong(words[1]), Integer.parseInt(words[2]), segments));
        } catch (NumberFormatException notOurs) {
            return Optional.empty();
        }
    }
}

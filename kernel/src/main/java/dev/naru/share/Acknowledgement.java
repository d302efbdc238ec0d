package dev.naru.share;

import java.util.List;
import java.util.Optional;

/// What a member says about offsets it was lent: one type for all of them, or one for each.
public record Acknowledgement(long firstOffset, long lastOffset, List<Byte> types) {
    /// The types, by their numbers on the wire (KIP-932, KIP-1222).
    public static final byte GAP = 0;
    public static final byte ACCEPT = 1;
    public static final byte RELEASE = 2;
    public static final byte REJECT = 3;
    public static final byte RENEW = 4;

    byte typeOf(long offset) {
        return types.size() == 1 ? types.getFirst() : types.get((int) (offset - firstOffset));
    }

    /// What is wrong with the acknowledgements of one partition, whoever they come from.
    public static Optional<String> problem(List<Acknowledgement> all, boolean mayRenew) {
        long after = -1;
        for (var each : all) {
            if (each.firstOffset > each.lastOffset || each.firstOffset < 0) {
                return Optional.of("The first offset is past the last.");
            }
            if (each.firstOffset <= after) return Optional.of("The offsets do not rise.");
            after = each.lastOffset;
            long count = each.lastOffset - each.firstOffset + 1;
            if (each.types.size() != 1 && each.types.size() != count) {
                return Optional.of("There must be one type, or one for each offset.");
            }
            for (byte type : each.types) {
                if (type < GAP || type > (mayRenew ? RENEW : REJECT)) {
                    return Optional.of("There is no acknowledgement of type " + type + " here.");
                }
            }
        }
        return Optional.empty();
    }
}

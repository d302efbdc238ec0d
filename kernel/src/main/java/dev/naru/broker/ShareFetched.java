package dev.naru.broker;

import dev.naru.base.Bytes;
import dev.naru.base.ErrorCode;
import dev.naru.share.Lent;
import java.util.List;

/// What one share partition gave to one request. The records hold leases; what is lent lies in them.
/// `lockMs` is for how long.
record ShareFetched(ErrorCode error, List<Bytes> records, List<Lent> lent, long lockMs) {
    static ShareFetched refused(ErrorCode why) {
        return new ShareFetched(why, List.of(), List.of(), 0);
    }

    static ShareFetched nothing(long lockMs) {
        return new ShareFetched(ErrorCode.NONE, List.of(), List.of(), lockMs);
    }

    int sizeBytes() {
        int size = 0;
        for (var bytes : records)
            size += bytes.sizeBytes();
        return size;
    }

    int recordCount() {
        long count = 0;
        for (var each : lent)
            count += each.size();
        return (int) Math.min(count, Integer.MAX_VALUE);
    }
}

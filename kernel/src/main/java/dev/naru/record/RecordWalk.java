package dev.naru.record;

/// Steps over the records of one batch and sees that each is built as it should be: lengths that
/// fit, offsets that count up from 0, nothing between records and nothing behind them. Does not
/// look at keys, values or headers, only at their sizes.
final class RecordWalk {
    private final Feed feed;
    private final RecordTally tally;
    private int index;

    RecordWalk(Feed feed, RecordTally tally) {
        this.feed = feed;
        this.tally = tally;
    }

    /// The record it was at when it found a flaw.
    int index() {
        return index;
    }

    /// Walks all records and returns their size in bytes, decompressed.
    long walk(BatchView batch, int maxRecordBytes) throws Flaw {
        long baseTimestamp = batch.baseTimestamp();
        int count = batch.recordCount();
        for (index = 0; index < count; index++) {
            step(baseTimestamp, maxRecordBytes);
        }
        if (!feed.atEnd()) throw Flaw.structure("there are bytes behind the last record");
        return feed.consumed();
    }

    private void step(long baseTimestamp, int maxRecordBytes) throws Flaw {
        int length = feed.varint();
        if (length < 0) throw Flaw.structure("a record has a negative length");
        if (length > maxRecordBytes) {
            throw Flaw.structure("a record is larger than " + maxRecordBytes + " bytes");
        }
        long end = feed.consumed() + length;
        feed.next();
        long timestampDelta = feed.varlong();
        int offsetDelta = feed.varint();
        int keyBytes = feed.varint();
        skip(keyBytes, end);
        skip(feed.varint(), end);
        int headers = feed.varint();
        if (headers != 0) skipHeaders(headers, end);
        if (feed.consumed() != end) throw Flaw.structure("a record does not have its length");
        if (offsetDelta != index) throw Flaw.structure("the offsets of records do not count up");
        tally.add(index, baseTimestamp + timestampDelta, keyBytes >= 0);
    }

    private void skipHeaders(int count, long end) throws Flaw {
        if (count < 0) throw Flaw.structure("a header count is negative");
        for (int header = 0; header < count; header++) {
            int keyBytes = feed.varint();
            if (keyBytes < 0) throw Flaw.structure("a header has no key");
            skip(keyBytes, end);
            skip(feed.varint(), end);
        }
    }

    private void skip(int bytes, long end) throws Flaw {
        if (bytes <= 0) {
            if (bytes < BatchLayout.NONE) throw Flaw.structure("a length is negative");
            return;
        }
        if (bytes > end - feed.consumed()) {
            throw Flaw.structure("a field is longer than its record");
        }
        feed.skip(bytes);
    }
}

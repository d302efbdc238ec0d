package dev.naru.wire;

import java.nio.ByteBuffer;

/// A message or a stored record that can be written in each version of its schema.
public interface Message {
    /// Writes all fields that `version` has; the others are left out without a word.
    void write(Writer out, short version);

    /// The same, as one buffer. Not for messages that hold slices of files.
    default ByteBuffer toBuffer(short version) {
        var out = new Writer();
        write(out, version);
        return out.joined();
    }

    /// The version in two bytes, then the message: the form of stored values and of what consumers
    /// embed in group requests. Stored keys have their record type there instead of the version.
    default ByteBuffer toBuffer(short prefix, short version) {
        var out = new Writer();
        out.int16(prefix);
        write(out, version);
        return out.joined();
    }
}

package dev.naru.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Lines of the input as bytes, so that what is not text passes unchanged. The line feed belongs
/// to no line.
final class Lines {
    static final int LINE_BYTES_MAX = 128 << 20;
    private static final int BUFFER_BYTES = 1 << 16;
    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number;

    Lines(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
    }

    /// The next line, or null after the last.
    byte @Nullable [] next() {
        try {
            line.reset();
            int c = in.read();
            if (c < 0) return null;
            number++;
            while (c >= 0 && c != '\n') {
                line.write(c);
                if (line.size() > LINE_BYTES_MAX) throw tooLong();
                c = in.read();
            }
            return line.toByteArray();
        } catch (IOException e) {
            throw Failed.because("cannot read the input: " + Explain.line(e));
        }
    }

    /// The number of the line that was read last, from 1.
    long number() {
        return number;
    }

    private Failed tooLong() {
        return Failed.because("line " + number + " is longer than " + LINE_BYTES_MAX + " bytes");
    }
}

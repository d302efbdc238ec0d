package dev.naru.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What the records of a measurement hold.
interface Payloads {
    byte[] of(long number);

    /// Capital letters by chance: as long as asked for, and hardly compressible.
    static Payloads ofSize(int sizeBytes) {
        if (sizeBytes <= 0) throw Failed.usage("a record has at least one byte");
        var random = new Random(0);
        var bytes = new byte[sizeBytes];
        return number -> {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ('A' + random.nextInt(26));
            }
            return bytes.clone();
        };
    }

    /// Any one of the pieces of a file, by chance.
    static Payloads ofFile(String file, String delimiter) {
        var pieces = pieces(file, delimiter);
        var random = new Random(0);
        return number -> pieces.get(random.nextInt(pieces.size()));
    }

    /// 0, 1, 2, ...
    static Payloads counting() {
        return number -> Long.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> pieces(String file, String delimiter) {
        try {
            var pieces = new ArrayList<byte[]>();
            for (String piece : Files.readString(Path.of(file)).split(delimiter, -1)) {
                if (!piece.isEmpty()) pieces.add(piece.getBytes(StandardCharsets.UTF_8));
            }
            if (pieces.isEmpty()) throw Failed.because(file + " holds no payload");
            return pieces;
        } catch (IOException e) {
            throw Failed.because("cannot read " + file + ": " + Explain.line(e));
        }
    }
}

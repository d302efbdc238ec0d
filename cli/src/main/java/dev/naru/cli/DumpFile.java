package dev.naru.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Files of a partition's directory, read where they lie.
final class DumpFile {
    private DumpFile() {}

    /// The whole file, read only. No file of a log is larger than 2 GiB.
    static ByteBuffer map(Path path) {
        try (var channel = FileChannel.open(path)) {
            long sizeBytes = channel.size();
            if (sizeBytes > Integer.MAX_VALUE) {
                throw Failed.because(path + " is larger than a segment can be");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, sizeBytes);
        } catch (IOException e) {
            throw Failed.because("cannot read " + path + ": " + Explain.line(e));
        }
    }

    static List<String> lines(Path path) {
        try {
            return Files.readAllLines(path);
        } catch (IOException e) {
            throw Failed.because("cannot read " + path + ": " + Explain.line(e));
        }
    }

    static String suffix(Path path) {
        String name = path.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /// The offset in the file's name, 0 if it has none.
    static long baseOffset(Path path) {
        String digits = path.getFileName().toString().replaceAll("\\D.*", "");
        return digits.isEmpty() || digits.length() > 20 ? 0 : Long.parseLong(digits);
    }

    /// The segment file that an index belongs to.
    static Path segment(Path index) {
        String name = index.getFileName().toString();
        return index.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".log");
    }
}

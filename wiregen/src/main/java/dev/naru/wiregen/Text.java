package dev.naru.wiregen;

/// Java text that grows line by line and knows its indentation.
final class Text {
    private final StringBuilder text = new StringBuilder();
    private int depth;

    /// Adds a line. One that closes a block moves left, one that opens a block moves what follows
    /// right.
    Text line(String line) {
        if (line.startsWith("}")) depth--;
        if (!line.isEmpty()) text.repeat("    ", depth).append(line);
        text.append('\n');
        if (line.endsWith("{")) depth++;
        return this;
    }

    @Override public String toString() {
        return text.toString();
    }
}

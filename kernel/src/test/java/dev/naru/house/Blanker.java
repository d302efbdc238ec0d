package dev.naru.house;

/// Replaces what is not code by spaces: comments, and the insides of text and character literals.
final class Blanker {
    private final String text;
    private final StringBuilder code;
    private int position;

    Blanker(String text) {
        this.text = text;
        this.code = new StringBuilder(text.length());
    }

    String code() {
        while (position < text.length()) {
            if (text.startsWith("//", position)) {
                blankTo(endOf("\n", 0));
            } else if (text.startsWith("/*", position)) {
                blankTo(endOf("*/", 2));
            } else if (text.startsWith("\"\"\"", position)) {
                blankLiteral("\"\"\"");
            } else if (text.charAt(position) == '"') {
                blankLiteral("\"");
            } else if (text.charAt(position) == '\'') {
                blankLiteral("'");
            } else {
                code.append(text.charAt(position++));
            }
        }
        return code.toString();
    }

    private int endOf(String mark, int markLength) {
        int end = text.indexOf(mark, position + markLength);
        return end < 0 ? text.length() : end + markLength;
    }

    /// The marks stay; what is between them goes.
    private void blankLiteral(String mark) {
        code.append(mark);
        position += mark.length();
        int end = position;
        while (end < text.length() && !text.startsWith(mark, end)) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        blankTo(Math.min(end, text.length()));
        if (position < text.length()) {
            code.append(mark);
            position += mark.length();
        }
    }

    private void blankTo(int end) {
        while (position < end) {
            code.append(text.charAt(position) == '\n' ? '\n' : ' ');
            position++;
        }
    }
}

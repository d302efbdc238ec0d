package dev.naru.house;

import java.util.List;

/// One source: its path from the tree's root, its text, and the same text with comments and
/// literals blanked out, so that what is left is code, at the same place.
record SourceFile(String path, String text, String code) {
    SourceFile(String path, String text) {
        this(path, text, new Blanker(text).code());
    }

    List<String> lines() {
        return text.lines().toList();
    }

    List<String> codeLines() {
        return code.lines().toList();
    }

    boolean isTest() {
        return path.contains("/src/test/");
    }

    boolean isKernelMain() {
        return path.startsWith("kernel/src/main/");
    }

    /// The first directory of the path.
    String module() {
        return path.substring(0, path.indexOf('/'));
    }

    /// The file's package, with dots.
    String packageName() {
        int from = path.indexOf("/java/") + 6;
        int to = path.lastIndexOf('/');
        return to < from ? "" : path.substring(from, to).replace('/', '.');
    }

    /// What `dev.naru.` is followed by in the package: the room.
    String room() {
        var words = packageName().split("\\.", -1);
        return words.length < 3 ? "" : words[2];
    }

    /// The number, from 1, of the line that a place in the text is on.
    int lineOf(int place) {
        return 1 + (int) text.substring(0, place).chars().filter(letter -> letter == '\n').count();
    }

    /// A violation at a line, as an editor understands it.
    String at(int line, String what) {
        return path + ":" + line + ": " + what;
    }
}

package dev.naru.house;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/// What a source is made of, as far as counting braces tells: types, methods with their length,
/// parameters and deepest nesting, and fields.
final class Shape {
    /// What a pair of braces encloses.
    private enum Kind {
        TYPE, METHOD, CONTROL, OTHER
    }

    /// A method: where it begins, how many lines and parameters it has, how deep it nests, and
    /// whether its signature is somebody else's.
    record Method(String name, int line, int lines, int parameters, int nesting,
        boolean isOverride) {}

    /// A named type.
    record NamedType(String name, int line) {}

    /// A statement right inside a type that is no method: a field.
    record Field(String words, int line) {}

    private static final Pattern TYPE = Pattern
        .compile("(?s).*(?<![\\w.])(class|interface|enum|record)\\s+(\\w+).*");
    private static final Pattern CONTROL = Pattern.compile("(?s)(\\w+:\\s*)?"
        + "(if|else|for|while|do|try|catch|finally|synchronized(?=\\s*\\())\\b.*");
    private static final Pattern SWITCH = Pattern.compile("(?s).*\\bswitch\\s*\\(.*\\)");
    private static final Pattern ANONYMOUS = Pattern
        .compile("(?s).*\\bnew\\s+[\\w.<>,\\s?\\[\\]@]+\\(.*\\)");
    private static final Pattern CONSTANT = Pattern
        .compile("(?s)(@\\w+\\s+)*[A-Z][A-Z0-9_]*\\s*(\\(.*\\))?");
    private static final Pattern METHOD = Pattern.compile("(?s).*\\)(\\s*throws\\s[\\w.,\\s]+)?");

    private final SourceFile source;
    private final Deque<Frame> frames = new ArrayDeque<>();
    private final List<Method> methods = new ArrayList<>();
    private final List<NamedType> types = new ArrayList<>();
    private final List<Field> fields = new ArrayList<>();
    private int headStart;
    private int openParens;

    private static final class Frame {
        final Kind kind;
        final String typeKind;
        final String name;
        final String head;
        final int start;
        final int outerParens;
        int nesting;

        Frame(Kind kind, String typeKind, String name, Head head) {
            this.kind = kind;
            this.typeKind = typeKind;
            this.name = name;
            this.head = head.words;
            this.start = head.start;
            this.outerParens = head.openParens;
        }
    }

    /// What stands before a brace since the last statement.
    private record Head(String words, int start, int openParens) {}

    private Shape(SourceFile source) {
        this.source = source;
    }

    static Shape of(SourceFile source) {
        var shape = new Shape(source);
        shape.read();
        return shape;
    }

    List<Method> methods() {
        return methods;
    }

    List<NamedType> types() {
        return types;
    }

    List<Field> fields() {
        return fields;
    }

    private void read() {
        var code = source.code();
        for (int place = 0; place < code.length(); place++) {
            switch (code.charAt(place)) {
                case '(' -> openParens++;
                case ')' -> openParens--;
                case '{' -> open(place);
                case '}' -> close(place);
                case ';' -> endStatement(place);
                default -> {
                }
            }
        }
    }

    private Head head(int end) {
        var code = source.code();
        int start = headStart;
        while (start < end && Character.isWhitespace(code.charAt(start))) {
            start++;
        }
        return new Head(code.substring(start, end).strip(), start, openParens);
    }

    private void open(int place) {
        var head = head(place);
        frames.push(frame(head));
        openParens = 0;
        headStart = place + 1;
        if (frames.peek().kind == Kind.CONTROL) deepen();
    }

    private void deepen() {
        int levels = 0;
        for (var frame : frames) {
            if (frame.kind == Kind.CONTROL) levels++;
            if (frame.kind == Kind.TYPE) return;
            if (frame.kind == Kind.METHOD) {
                frame.nesting = Math.max(frame.nesting, levels);
                return;
            }
        }
    }

    private void close(int place) {
        var frame = frames.pop();
        openParens = frame.outerParens;
        headStart = openParens > 0 || frame.kind == Kind.OTHER ? headStart : place + 1;
        if (frame.kind != Kind.METHOD) return;
        int first = source.lineOf(frame.start);
        int lines = source.lineOf(place) - first + 1;
        methods.add(new Method(frame.name, first, lines, parameters(frame.head), frame.nesting,
            frame.head.contains("@Override")));
    }

    private void endStatement(int place) {
        if (openParens > 0) return;
        var head = head(place);
        headStart = place + 1;
        if (frames.isEmpty() || frames.peek().kind != Kind.TYPE || head.words.isEmpty()) return;
        int line = source.lineOf(head.start);
        if (METHOD.matcher(head.words).matches() && head.words.indexOf('=') < 0) {
            if (!isEnumConstants(head)) {
                methods.add(
                    new Method(methodName(head.words), line, 1, parameters(head.words), 0, false));
            }
        } else {
            fields.add(new Field(head.words, line));
        }
    }

    private boolean isEnumConstants(Head head) {
        return frames.peek().typeKind.equals("enum") && CONSTANT.matcher(head.words).matches();
    }

    private Frame frame(Head head) {
        var words = head.words;
        var outer = frames.peek();
        boolean isInType = outer != null && outer.kind == Kind.TYPE;
        if (words.endsWith("->") || words.endsWith("=")) return new Frame(Kind.OTHER, "", "", head);
        if (CONTROL.matcher(words).matches() || SWITCH.matcher(words).matches()) {
            return new Frame(Kind.CONTROL, "", "", head);
        }
        var type = TYPE.matcher(words);
        if (head.openParens == 0 && type.matches()) {
            types.add(new NamedType(type.group(2), source.lineOf(head.start)));
            return new Frame(Kind.TYPE, type.group(1), type.group(2), head);
        }
        if (ANONYMOUS.matcher(words).matches()) return new Frame(Kind.TYPE, "class", "", head);
        if (!isInType) return new Frame(Kind.OTHER, "", "", head);
        if (outer.typeKind.equals("enum") && isConstantWithBody(words)) {
            return new Frame(Kind.TYPE, "class", "", head);
        }
        boolean isCompact = outer.typeKind.equals("record") && words.endsWith(outer.name);
        boolean isMethod = METHOD.matcher(words).matches() || isCompact || words.isEmpty()
            || words.equals("static");
        return new Frame(isMethod ? Kind.METHOD : Kind.OTHER, "", methodName(words), head);
    }

    private static boolean isConstantWithBody(String words) {
        var last = words.substring(words.lastIndexOf(',') + 1).strip();
        return CONSTANT.matcher(last).matches() || CONSTANT.matcher(words).matches();
    }

    private static String methodName(String head) {
        int open = parametersOpen(head);
        if (open < 0) return head;
        var before = head.substring(0, open).strip();
        return before.substring(before.lastIndexOf(' ') + 1);
    }

    /// The place of the parenthesis that begins the parameters: the one that matches the last.
    private static int parametersOpen(String head) {
        int depth = 0;
        for (int place = head.lastIndexOf(')'); place >= 0; place--) {
            if (head.charAt(place) == ')') depth++;
            if (head.charAt(place) == '(') depth--;
            if (depth == 0) return place;
        }
        return -1;
    }

    private static int parameters(String head) {
        int open = parametersOpen(head);
        if (open < 0 || head.charAt(head.lastIndexOf(')') - 1) == '(') return 0;
        var inside = head.substring(open + 1, head.lastIndexOf(')'));
        if (inside.isBlank()) return 0;
        int depth = 0;
        int count = 1;
        for (int place = 0; place < inside.length(); place++) {
            char letter = inside.charAt(place);
            if (letter == '<' || letter == '(' || letter == '[') depth++;
            if (letter == '>' || letter == ')' || letter == ']') depth--;
            if (letter == ',' && depth == 0) count++;
        }
        return count;
    }
}

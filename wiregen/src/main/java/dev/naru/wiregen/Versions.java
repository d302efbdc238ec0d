package dev.naru.wiregen;

/// A range of versions, both ends within it. Empty when `low > high`.
record Versions(int low, int high) {
    static final Versions NONE = new Versions(0, -1);

    /// Reads `3`, `3+`, `3-7` or `none`.
    static Versions parse(String text) {
        if (text.equals("none")) return NONE;
        if (text.endsWith("+")) {
            return new Versions(Integer.parseInt(text, 0, text.length() - 1, 10), Short.MAX_VALUE);
        }
        int dash = text.indexOf('-');
        if (dash < 0) return new Versions(Integer.parseInt(text), Integer.parseInt(text));
        return new Versions(Integer.parseInt(text, 0, dash, 10),
            Integer.parseInt(text, dash + 1, text.length(), 10));
    }

    boolean isEmpty() {
        return low > high;
    }

    boolean holds(int version) {
        return low <= version && version <= high;
    }

    boolean covers(Versions other) {
        return other.isEmpty() || (low <= other.low && other.high <= high);
    }

    Versions and(Versions other) {
        var both = new Versions(Math.max(low, other.low), Math.min(high, other.high));
        return both.isEmpty() ? NONE : both;
    }

    /// Java that is true when `_version`, known to lie within `known`, is one of these.
    String test(Versions known) {
        var here = and(known);
        if (here.isEmpty()) return "false";
        if (here.low == here.high && known.low != known.high) return "_version == " + here.low;
        boolean fromBelow = here.low > known.low;
        boolean fromAbove = here.high < known.high;
        if (fromBelow && fromAbove) {
            return "_version >= " + here.low + " && _version <= " + here.high;
        }
        if (fromBelow) return "_version >= " + here.low;
        if (fromAbove) return "_version <= " + here.high;
        return "true";
    }
}

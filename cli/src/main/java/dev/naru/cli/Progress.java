package dev.naru.cli;

import java.util.Locale;

/// A line on stderr that says how far long work is; only for a person who watches.
final class Progress implements AutoCloseable {
    private static final long EVERY_NS = 500_000_000L;
    private final Terminal terminal;
    private final String what;
    private final boolean shown;
    private long drawnNs = System.nanoTime();
    private boolean drawn;

    /// `shown` is false where the line would mix with the output on the same screen.
    Progress(Terminal terminal, String what, boolean shown) {
        this.terminal = terminal;
        this.what = what;
        this.shown = shown && terminal.watched();
    }

    void at(long count) {
        if (!shown) return;
        long nowNs = System.nanoTime();
        if (nowNs - drawnNs < EVERY_NS) return;
        drawnNs = nowNs;
        drawn = true;
        terminal.err().print(String.format(Locale.ROOT, "\r%,d %s", count, what));
        terminal.err().flush();
    }

    /// Wipes the line.
    @Override public void close() {
        if (!drawn) return;
        terminal.err().print("\r\u001b[K");
        terminal.err().flush();
    }
}

package dev.naru.server;

import dev.naru.base.Clock;
import dev.naru.base.Trace;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes log lines of events. What clients supplied is escaped, so that it can neither break a line nor
/// reach a terminal as a command, and each kind of event has a limit of lines per second: what is left
/// out is counted and said. Any thread.
final class LogTrace implements Trace {
    /// Lines of one kind of event within one second.
    static final int LINES_PER_SECOND = 10;
    /// Characters of one line.
    static final int LINE_CHARS_MAX = 2_000;
    private static final long SECOND_NS = 1_000_000_000L;

    private final Logger logger;
    private final Clock clock;
    private final ConcurrentMap<Class<?>, Allowance> allowances = new ConcurrentHashMap<>();

    LogTrace(Logger logger, Clock clock) {
        this.logger = logger;
        this.clock = clock;
    }

    static LogTrace of(Clock clock) {
        return new LogTrace(LoggerFactory.getLogger(LogSetup.LOGGER), clock);
    }

    @Override public void emit(Event event) {
        var level = event.level();
        if (!isWanted(level)) return;
        var allowance = allowances.computeIfAbsent(event.getClass(), kind -> new Allowance());
        long skipped = allowance.take(clock.monotonicNs());
        if (skipped < 0) return;
        String line = escaped(event.toString());
        if (skipped > 0) line += " (and " + skipped + " more like it)";
        write(level, line);
    }

    private boolean isWanted(Level level) {
        return switch (level) {
            case DEBUG -> logger.isDebugEnabled();
            case INFO -> logger.isInfoEnabled();
            case WARN -> logger.isWarnEnabled();
            case ERROR -> logger.isErrorEnabled();
        };
    }

    private void write(Level level, String line) {
        switch (level) {
            case DEBUG -> logger.debug("{}", line);
            case INFO -> logger.info("{}", line);
            case WARN -> logger.warn("{}", line);
            case ERROR -> logger.error("{}", line);
        }
    }

    /// One printable line: control characters and everything else that is not plainly visible become
    /// escapes, and what is too long is cut.
    static String escaped(String text) {
        var line = new StringBuilder(Math.min(text.length(), LINE_CHARS_MAX) + 16);
        for (int at = 0; at < text.length(); at++) {
            if (line.length() >= LINE_CHARS_MAX) return line.append("...").toString();
            char letter = text.charAt(at);
            if (isVisible(letter)) line.append(letter);
            else
                line.append("\\u%04x".formatted((int) letter));
        }
        return line.toString();
    }

    private static boolean isVisible(char letter) {
        if (letter < 0x7f) return letter >= ' ';
        return switch (Character.getType(letter)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED, Character.PRIVATE_USE -> false;
            default -> true;
        };
    }

    /// The lines one kind of event may still write in the current second.
    private static final class Allowance {
        private long secondStartNs;
        private int lines;
        private long skipped;
        private boolean started;

        /// Negative when this line is left out, else how many were since the last one.
        synchronized long take(long nowNs) {
            if (!started || nowNs - secondStartNs >= SECOND_NS) {
                started = true;
                secondStartNs = nowNs;
                lines = 0;
            }
            if (lines >= LINES_PER_SECOND) {
                skipped++;
                return -1;
            }
            lines++;
            long before = skipped;
            skipped = 0;
            return before;
        }
    }
}

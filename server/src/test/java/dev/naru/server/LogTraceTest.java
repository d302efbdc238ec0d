package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.naru.base.Clock;
import dev.naru.base.Trace;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogTraceTest {
    private final Hand clock = new Hand();
    private final Logger logger = new LoggerContext().getLogger("test");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final LogTrace trace = new LogTrace(logger, clock);

    @BeforeEach void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
    }

    @Test void what_a_client_wrote_can_neither_break_a_line_nor_reach_a_terminal() {
        assertThat(LogTrace.escaped("a\nb\u001b[31m\u202e"))
            .isEqualTo("a\\u000ab\\u001b[31m\\u202e");
        assertThat(LogTrace.escaped("나루 é")).isEqualTo("나루 é");
        assertThat(LogTrace.escaped("x".repeat(5_000))).hasSize(LogTrace.LINE_CHARS_MAX + 3);
    }

    @Test void a_kind_of_event_has_a_limit_and_what_is_left_out_is_counted() {
        for (int number = 0; number < 100; number++)
            trace.emit(new Knock("peer"));
        trace.emit(new Other());
        assertThat(said()).hasSize(LogTrace.LINES_PER_SECOND + 1).contains("other");
        clock.nowNs += 1_000_000_000L;
        trace.emit(new Knock("peer"));
        assertThat(said().getLast()).isEqualTo("knock peer (and 90 more like it)");
    }

    @Test void debug_events_are_not_said() {
        trace.emit(new Quiet());
        assertThat(said()).isEmpty();
    }

    private List<String> said() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private record Knock(String peer) implements Trace.Event {
        @Override public String toString() {
            return "knock " + peer;
        }
    }

    private record Other() implements Trace.Event {
        @Override public String toString() {
            return "other";
        }
    }

    private record Quiet() implements Trace.Event {
        @Override public Trace.Level level() {
            return Trace.Level.DEBUG;
        }
    }

    private static final class Hand implements Clock {
        long nowNs;

        @Override public long monotonicNs() {
            return nowNs;
        }

        @Override public long wallMs() {
            return 0;
        }
    }
}

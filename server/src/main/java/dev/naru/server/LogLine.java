package dev.naru.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;

/// The text of one log line: for a file with time, level and stack, for a terminal without.
final class LogLine extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};

    private final boolean isFile;

    LogLine(Context logs, boolean isFile) {
        this.isFile = isFile;
        setContext(logs);
    }

    @Override public byte[] headerBytes() {
        return NOTHING;
    }

    @Override public byte[] encode(ILoggingEvent event) {
        var line = new StringBuilder();
        if (isFile) {
            line.append(event.getInstant()).append(' ').append(event.getLevel()).append(' ');
        } else {
            line.append("naru: ");
        }
        line.append(event.getFormattedMessage()).append('\n');
        if (isFile) appendStack(line, event.getThrowableProxy());
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override public byte[] footerBytes() {
        return NOTHING;
    }

    private static void appendStack(StringBuilder line, IThrowableProxy thrown) {
        String prefix = "  ";
        for (var at = thrown; at != null; at = at.getCause()) {
            line.append(prefix).append(at.getClassName()).append(": ")
                .append(LogTrace.escaped(String.valueOf(at.getMessage()))).append('\n');
            for (var step : at.getStackTraceElementProxyArray()) {
                line.append("    ").append(step).append('\n');
            }
            prefix = "  caused by ";
        }
    }
}

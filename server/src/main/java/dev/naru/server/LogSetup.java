package dev.naru.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;

/// Where log lines go, said in code because reading a configuration file costs a fifth of a start: the
/// history of the node into `naru.log` in its data directory, what an operator should look at also to the
/// terminal. `-Dlogback.configurationFile=FILE` replaces it.
public final class LogSetup extends ContextAwareBase implements Configurator {
    /// The data directory; without it this process is no node and the libraries' own rules apply.
    static final String DIRECTORY = "naru.log.directory";
    static final String LOGGER = "naru";
    private static final String FILE = "logback.configurationFile";
    private static final long FILE_MB_MAX = 10;
    private static final int OLD_FILES = 4;

    /// Made by the logging library.
    public LogSetup() {}

    @Override public ExecutionStatus configure(LoggerContext logs) {
        String directory = System.getProperty(DIRECTORY);
        if (directory == null || System.getProperty(FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        var root = logs.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(file(logs, directory));
        root.addAppender(terminal(logs));
        logs.getLogger(LOGGER).setLevel(Level.INFO);
        // its warnings are about what a quorum lives with
        logs.getLogger("org.apache.ratis").setLevel(Level.ERROR);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Appender<ILoggingEvent> file(LoggerContext logs, String directory) {
        var file = new RollingFileAppender<ILoggingEvent>();
        file.setContext(logs);
        file.setFile(directory + "/naru.log");
        file.setEncoder(new LogLine(logs, true));
        var old = new FixedWindowRollingPolicy();
        old.setContext(logs);
        old.setParent(file);
        old.setFileNamePattern(directory + "/naru.%i.log");
        old.setMinIndex(1);
        old.setMaxIndex(OLD_FILES);
        old.start();
        var size = new SizeBasedTriggeringPolicy<ILoggingEvent>();
        size.setContext(logs);
        size.setMaxFileSize(new FileSize(FILE_MB_MAX * FileSize.MB_COEFFICIENT));
        size.start();
        file.setRollingPolicy(old);
        file.setTriggeringPolicy(size);
        file.start();
        return file;
    }

    private static Appender<ILoggingEvent> terminal(LoggerContext logs) {
        var terminal = new ConsoleAppender<ILoggingEvent>();
        terminal.setContext(logs);
        terminal.setTarget("System.err");
        var warnings = new ThresholdFilter();
        warnings.setLevel(Level.WARN.toString());
        warnings.start();
        terminal.addFilter(warnings);
        terminal.setEncoder(new LogLine(logs, false));
        terminal.start();
        return terminal;
    }
}

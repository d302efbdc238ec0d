package dev.naru.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/// Turns whatever went wrong into one line: the reason first, then what to do about it.
final class Explain {
    private static final Pattern CALL = Pattern.compile("callName=(\\w+)");

    private Explain() {}

    /// Waits for an answer. What went wrong is thrown as it is, without the wrapping.
    static <T> T get(@Nullable KafkaFuture<T> future) {
        if (future == null) throw Failed.because("the brokers left the question unanswered");
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw unchecked(root(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failed.because("interrupted");
        }
    }

    static String line(Throwable wrapped) {
        Throwable problem = root(wrapped);
        String why = reason(problem);
        String todo = advice(problem);
        return todo.isEmpty() ? why : why.replaceFirst("\\.$", "") + "; " + todo;
    }

    /// What should not happen, with the place where it did.
    static String bug(Throwable problem) {
        StackTraceElement[] frames = problem.getStackTrace();
        return problem + (frames.length == 0 ? "" : " at " + frames[0])
            + "; this is a mistake in naru, please report it";
    }

    private static String reason(Throwable problem) {
        if (problem instanceof Failed failed) return failed.line();
        if (problem instanceof NoSuchFileException missing) {
            return "there is no file " + missing.getFile();
        }
        if (problem instanceof AccessDeniedException denied) {
            return "may not open " + denied.getFile();
        }
        String message = problem.getMessage();
        if (message == null || message.isBlank()) return problem.getClass().getSimpleName();
        Matcher call = CALL.matcher(message);
        if (problem instanceof TimeoutException && call.find()) {
            return "no broker answered " + call.group(1) + " in time";
        }
        String flat = message.strip().replaceAll("\\s*\\R\\s*", "; ");
        Throwable cause = problem.getCause();
        if (cause == null || !(problem instanceof KafkaException)) return flat;
        String deeper = cause.getMessage();
        return deeper == null || flat.contains(deeper) ? flat : flat + ": " + reason(cause);
    }

    private static String advice(Throwable problem) {
        return switch (problem) {
            case TimeoutException e when reason(e).contains("not present in metadata") -> "create"
                + " the topic first";
            case TimeoutException e -> "see that the broker runs and that the address it"
                + " advertises can be reached from here";
            case TopicExistsException e -> "--if-not-exists accepts that";
            case UnknownTopicOrPartitionException e -> "see which topics there are with"
                + " 'naru topic list'";
            case GroupNotEmptyException e -> "stop its members first";
            case RecordTooLargeException e -> "raise max.message.bytes of the topic and"
                + " max.request.size of the producer";
            case AuthenticationException e -> "check the credentials in --command-config";
            case AuthorizationException e -> "ask for the permission, or use another user";
            case UnsupportedVersionException e -> "the broker is too old for this, or does not"
                + " serve it";
            default -> "";
        };
    }

    static Throwable root(Throwable problem) {
        Throwable at = problem;
        while (isWrapper(at) && at.getCause() != null) {
            at = at.getCause();
        }
        return at;
    }

    private static boolean isWrapper(Throwable problem) {
        if (problem instanceof ExecutionException) return true;
        if (problem instanceof CompletionException) return true;
        return problem.getClass() == KafkaException.class
            && problem.getCause() instanceof KafkaException;
    }

    private static RuntimeException unchecked(Throwable problem) {
        if (problem instanceof RuntimeException known) return known;
        if (problem instanceof Error bug) throw bug;
        return Failed.because(line(problem));
    }
}

package dev.naru.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/// What became of each of several things: done, or why not.
final class Outcome {
    private record Line(String name, boolean ok, String text) {}

    private final String done;
    private final List<Line> lines = new ArrayList<>();
    private @Nullable Class<? extends KafkaException> accepted;
    private String acceptedText = "";

    Outcome(String done) {
        this.done = done;
    }

    /// Counts one kind of refusal as success.
    void accept(Class<? extends KafkaException> problem, String text) {
        accepted = problem;
        acceptedText = text;
    }

    void add(String name, @Nullable KafkaFuture<?> answer) {
        try {
            if (answer == null) throw Failed.because("no answer");
            Explain.get(answer);
            lines.add(new Line(name, true, done));
        } catch (KafkaException e) {
            boolean fine = accepted != null && accepted.isInstance(e);
            lines.add(new Line(name, fine, fine ? acceptedText : Explain.line(e)));
        } catch (Failed e) {
            lines.add(new Line(name, false, e.line()));
        }
    }

    /// Returns the exit code.
    int print(Terminal terminal, boolean json, String command) {
        if (json) {
            var sheet = new Sheet("name", "ok", "message");
            lines.forEach(line -> sheet.row(line.name(), line.ok(), line.text()));
            sheet.print(terminal, true);
        }
        for (Line line : lines) {
            String text = line.name() + ": " + line.text();
            if (!line.ok()) terminal.complain(command + ": " + text);
            else if (!json) terminal.line(line.name() + " " + line.text());
        }
        return lines.stream().allMatch(Line::ok) ? 0 : Failed.FAILED;
    }
}

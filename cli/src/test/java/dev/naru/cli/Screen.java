package dev.naru.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A terminal that remembers what was written.
final class Screen {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal;

    Screen(String input) {
        this.terminal = new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), false, false);
    }

    Screen() {
        this("");
    }

    int run(String... args) {
        return Main.run(List.of(args), terminal);
    }

    Terminal terminal() {
        return terminal;
    }

    String out() {
        terminal.out().flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    static Given given(Command command, String line) {
        return command.flags().parse(List.of(line.split(" ", -1)));
    }
}

package dev.naru.dist;

import dev.naru.server.Serving;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The runs behind the start-up caches: one JVM remembers what a node alone needs, one what a node of
/// several needs, a third one what the commands need that people use first. The launcher starts the
/// first two, each with a scratch directory and the command line of a JVM that uses the commands.
public final class Training {
    private static final String COMMANDS = "commands";
    private static final String ALONE = "alone";
    private static final int ROUNDS = 3;
    private static final byte[] LINES = "a line\n".repeat(200).getBytes(StandardCharsets.UTF_8);

    private final String address;
    private final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());

    private Training(String address) {
        this.address = address;
    }

    /// `alone DIRECTORY COMMAND...` and `three DIRECTORY COMMAND...` serve in the directory while the
    /// command (with the address as its last word) runs; `commands ADDRESS` uses the commands.
    public static void main(String[] arguments) throws InterruptedException {
        try {
            switch (arguments[0]) {
                case COMMANDS -> new Training(arguments[1]).rounds();
                case ALONE -> serveAlone(arguments[1], command(arguments));
                default -> serveAsThree(arguments[1], command(arguments));
            }
        } catch (IOException failed) {
            // what was learnt until then is kept
            System.err.println("failed: " + failed);
        }
        System.exit(0);
    }

    private static List<String> command(String[] arguments) {
        return List.of(arguments).subList(2, arguments.length);
    }

    private static void serveAlone(String directory, List<String> command)
        throws IOException, InterruptedException {
        var words = List.of("start", "--data", directory, "--listen", "127.0.0.1:0");
        try (Serving serving = dev.naru.server.Main.start(words, System.err).orElseThrow()) {
            use(command, serving.listeners().getFirst());
        }
    }

    private static void serveAsThree(String directory, List<String> command)
        throws IOException, InterruptedException {
        try (var nodes = ThreeNodes.start(Path.of(directory))) {
            use(command, nodes.address());
            nodes.restartOne();
        }
    }

    private static void use(List<String> command, String address)
        throws IOException, InterruptedException {
        var words = new ArrayList<>(command);
        words.add(address);
        new ProcessBuilder(words).inheritIO().start().waitFor();
    }

    private void rounds() {
        for (int round = 0; round < ROUNDS; round++)
            round("t" + round);
    }

    private void round(String topic) {
        run("topic create " + topic + " -p 2");
        run("produce " + topic);
        run("produce " + topic + " -K: -z lz4");
        run("consume " + topic + " -o start -n 10");
        run("consume " + topic + " -o start -n 10 -g group-" + topic);
        run("topic list");
        run("topic describe " + topic);
        run("group describe group-" + topic);
        run("kafka-topics --list");
        run("kafka-console-producer --topic " + topic);
        run("kafka-console-consumer --from-beginning --max-messages 10 --topic " + topic);
    }

    /// A command that fails is named; what the others taught is kept.
    private void run(String line) {
        var words = List.of((line + " --bootstrap-server " + address).split(" ", -1));
        var in = new ByteArrayInputStream(LINES);
        int code = dev.naru.cli.Main.call(words, in, nowhere, System.err);
        if (code != 0) System.err.println("failed: " + line);
    }
}

package dev.naru.dist;

import dev.naru.server.Serving;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The runs behind the start-up caches: one JVM remembers what a server needs, another one what the
/// commands need that people use first. The launcher starts the first one with a scratch directory and
/// the command line of the second.
public final class Training {
    private static final String COMMANDS = "commands";
    private static final int ROUNDS = 3;
    private static final byte[] LINES = "a line\n".repeat(200).getBytes(StandardCharsets.UTF_8);

    private final String address;
    private final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());

    private Training(String address) {
        this.address = address;
    }

    /// `DIRECTORY COMMAND...` serves in the directory while the command (with the address as its last
    /// word) runs; `commands ADDRESS` uses the commands.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals(COMMANDS)) {
            var training = new Training(arguments[1]);
            for (int round = 0; round < ROUNDS; round++)
                training.round("t" + round);
        } else {
            serve(arguments[0], List.of(arguments).subList(1, arguments.length));
        }
        System.exit(0);
    }

    private static void serve(String directory, List<String> command)
        throws IOException, InterruptedException {
        var words = List.of("start", "--data", directory + "/data", "--listen", "127.0.0.1:0");
        try (Serving serving = dev.naru.server.Main.start(words, System.err).orElseThrow()) {
            var client = new ArrayList<>(command);
            client.add(serving.listeners().getFirst());
            new ProcessBuilder(client).inheritIO().start().waitFor();
        }
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

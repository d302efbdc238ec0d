package dev.naru.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/// The command line. The first word is a noun (`topic`), a verb (`produce`) or the name of one of
/// Kafka's own tools (`kafka-topics`); only the command that is named is built.
public final class Main {
    private Main() {}

    /// Runs one command and exits: 0 done, 1 failed, 2 wrong usage.
    public static void main(String[] args) {
        System.exit(call(args));
    }

    /// Runs one command without exiting, on the streams of this process. Returns the exit code.
    public static int call(String... args) {
        silenceClients();
        return run(List.of(args), Terminal.ofProcess());
    }

    /// Runs one command on the streams given. Returns the exit code.
    public static int call(List<String> args, InputStream in, PrintStream out, PrintStream err) {
        return run(args, new Terminal(in, out, err, false, false));
    }

    static int run(List<String> args, Terminal terminal) {
        try {
            int code = dispatch(args, terminal);
            terminal.out().flush();
            return code;
        } catch (Failed failed) {
            terminal.complain("naru: " + failed.line());
            return failed.exitCode();
        }
    }

    /// The Kafka clients log through slf4j; a command has nothing to say but its answer. The
    /// choice is made by name, so that it holds whichever logger is on the class path.
    private static void silenceClients() {
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    }

    private static int dispatch(List<String> args, Terminal terminal) {
        if (args.isEmpty() || isHelp(args.getFirst())) {
            terminal.out().print(Catalogue.everything());
            return args.isEmpty() ? Failed.USAGE : 0;
        }
        String first = args.getFirst().replaceFirst("\\.sh$", "");
        String second = args.size() > 1 ? args.get(1) : "";
        int words = Catalogue.hasVerbs(first) ? 2 : 1;
        var command = Catalogue.find(first, second);
        if (command.isPresent()) {
            String name = words == 2 ? first + " " + second : first;
            String called = first.startsWith("kafka-") ? name : "naru " + name;
            return run(command.get(), called, args.subList(words, args.size()), terminal);
        }
        if (words == 2 && (second.isEmpty() || isHelp(second))) {
            terminal.out().print(Catalogue.of(first));
            return second.isEmpty() ? Failed.USAGE : 0;
        }
        throw Failed.usage("there is no command '" + (words == 2 ? first + " " + second : first)
            + "'" + Catalogue.nearest(first, second) + "; see naru help");
    }

    private static boolean isHelp(String word) {
        return word.equals("help") || word.equals("--help") || word.equals("-h");
    }

    private static int run(Command command, String name, List<String> rest, Terminal terminal) {
        try {
            Flags flags = command.flags();
            Given given = flags.parse(rest);
            if (given.has(Flags.HELP)) {
                terminal.out().print(flags.help());
                return 0;
            }
            if (!name.startsWith("naru ") && flags.knows("--version") && given.has("--version")) {
                terminal.line(Version.KAFKA + " (naru " + Version.NARU + ")");
                return 0;
            }
            return command.run(given, terminal);
        } catch (Failed failed) {
            String prefix = failed.exitCode() == Failed.USAGE
                ? name + ": "
                : command.errorPrefix(name);
            terminal.complain(prefix + failed.line());
            return failed.exitCode();
        } catch (KafkaException | IllegalArgumentException e) {
            terminal.complain(command.errorPrefix(name) + Explain.line(e));
            return Failed.FAILED;
        } catch (RuntimeException | Error e) {
            terminal.complain(command.errorPrefix(name) + Explain.bug(e));
            return Failed.FAILED;
        }
    }
}

package dev.naru.sim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `naru sim`: runs seeds, prints a line for each that fails, with the command that repeats it, and
/// a summary of what happened.
public final class Simulator {
    private static final String USAGE = """
        usage: naru sim [--seeds N] [--from SEED] [--seed SEED] [--trace] [--only FAULT]
                        [--page-cache] [--nodes N] [--journal FILE]
          --seeds N      runs N seeds (100)
          --from SEED    the first of them (1)
          --seed SEED    runs this one
          --trace        prints what happens, one line each
          --only FAULT   one kind of fault instead of those that the seed draws
          --nodes N      a cluster of so many nodes (1)
          --journal FILE appends what was run, and goes on behind the last seed in there
          --page-cache   acknowledges before the flush: with power cuts, data must be lost""";

    private Simulator() {}

    public static void main(String[] arguments) {
        var parsed = Arguments.parse(arguments);
        if (parsed.isEmpty()) {
            System.out.println(USAGE);
            System.exit(2);
        }
        try {
            System.exit(run(parsed.get()) ? 0 : 1);
        } catch (IOException fault) {
            System.out.println("the journal: " + fault.getMessage());
            System.exit(2);
        }
    }

    private static boolean run(Arguments arguments) throws IOException {
        var journal = arguments.journal().map(file -> new Journal(file, arguments.flags()));
        long from = journal.isEmpty() ? arguments.from() : journal.get().next(arguments.from());
        long end = arguments.from() + arguments.seeds();
        boolean isClean = true;
        while (from < end) {
            int count = (int) (journal.isEmpty()
                ? end - from
                : Math.min(Journal.STRETCH,
                    end - from));
            var failed = run(from, count, arguments);
            isClean &= failed.isEmpty();
            if (journal.isPresent()) journal.get().ran(from, from + count - 1, failed);
            from += count;
        }
        return isClean;
    }

    private static List<Long> run(long from, int count, Arguments arguments) {
        long startNs = System.nanoTime();
        var counters = new TreeMap<String, Integer>();
        var failed = new ArrayList<Long>();
        long steps = 0;
        for (long seed = from; seed < from + count; seed++) {
            var verdict = Simulation.run(seed, arguments.options());
            steps += verdict.steps();
            add(counters, verdict.counters());
            if (!verdict.isClean()) {
                failed.add(seed);
                System.out.println("seed " + seed + ": " + verdict.violations().getFirst()
                    + more(verdict) + "  repeat: naru sim --seed " + seed + arguments.flags());
            }
            if (arguments.seeds() == 1) {
                for (var violation : verdict.violations())
                    System.out.println("  " + violation);
                System.out.printf("seed %d: trace hash %016x%n", seed, verdict.traceHash());
            }
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        for (var each : counters.entrySet()) {
            System.out.printf("%10d  %s%n", each.getValue(), each.getKey());
        }
        System.out.printf("%d seeds, %d failed, %.1f seeds/s, %.0f events/s; JDK %s%n",
            count, failed.size(), count / seconds, steps / seconds, Runtime.version());
        return failed;
    }

    private static String more(Verdict verdict) {
        int others = verdict.violations().size() - 1;
        return others == 0 ? "" : " (and " + others + " more)";
    }

    private static void add(Map<String, Integer> sums, Map<String, Integer> counters) {
        for (var each : counters.entrySet())
            sums.merge(each.getKey(), each.getValue(), Integer::sum);
    }

    /// Runs seeds until one fails; what was broken, or empty. For planted bugs, which are run in a
    /// class loader of their own: so only types of the JDK here.
    public static List<String> hunt(long fromSeed, int count, int nodes) {
        var options = Options.USUAL.nodes(nodes);
        for (long seed = fromSeed; seed < fromSeed + count; seed++) {
            var verdict = Simulation.run(seed, options);
            if (verdict.isClean()) continue;
            var found = new ArrayList<String>();
            found.add("seed " + seed);
            found.addAll(verdict.violations());
            return found;
        }
        return List.of();
    }

    private record Arguments(long from, int seeds, Options options, String flags,
        Optional<Path> journal) {
        static Optional<Arguments> parse(String[] words) {
            long from = 1;
            int seeds = 100;
            var options = Options.USUAL;
            var flags = new StringBuilder();
            boolean isTraced = false;
            Optional<Path> journal = Optional.empty();
            try {
                for (int at = 0; at < words.length; at++) {
                    switch (words[at]) {
                        case "--seeds" -> seeds = Integer.parseInt(words[++at]);
                        case "--from" -> from = Long.parseLong(words[++at]);
                        case "--seed" -> {
                            from = Long.parseLong(words[++at]);
                            seeds = 1;
                        }
                        case "--trace" -> isTraced = true;
                        case "--journal" -> journal = Optional.of(Path.of(words[++at]));
                        case "--only" -> {
                            var kind = FaultKind.valueOf(words[++at]);
                            options = options.only(kind, 1_500);
                            flags.append(" --only ").append(kind);
                        }
                        case "--nodes" -> {
                            int nodes = Integer.parseInt(words[++at]);
                            options = options.nodes(nodes);
                            flags.append(" --nodes ").append(nodes);
                        }
                        case "--page-cache" -> {
                            options = Options.pageCache();
                            flags.append(" --page-cache");
                        }
                        default -> {
                            return Optional.empty();
                        }
                    }
                }
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException wrong) {
                return Optional.empty();
            }
            if (isTraced) options = options.traced(System.out);
            return Optional.of(new Arguments(from, seeds, options, flags.toString(), journal));
        }
    }
}

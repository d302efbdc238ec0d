package dev.naru.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Samples Naru under one load: first where its time goes, then where its memory comes from. Stacks
/// are collapsed, one line each, with their counts.
public final class Profile {
    private static final int PARTITIONS = 4;
    private static final int LARGE_BYTES = 1024;
    private static final int SMALL_BYTES = 100;
    private static final long WARM_SECONDS = 5;
    private static final long SECONDS = 12;
    private static final long PLENTY = 100_000_000;
    private static final long STORED_SMALL = 6_000_000;

    private final Options options;
    private final String load;
    private final Path library;

    private Profile(Options options, String load, Path library) {
        this.options = options;
        this.load = load;
        this.library = library;
    }

    /// The source tree, the load, and the profiler's library.
    public static void main(String[] words) throws Exception {
        var home = Path.of(words[0]).toAbsolutePath().normalize();
        var options = Options.read(new String[0], home).orElseThrow();
        new Profile(options, words[1], Path.of(words[2])).run();
        System.exit(0);
    }

    private void run() throws Exception {
        var variant = load.endsWith("-sync") ? Variant.NARU_SYNC : Variant.NARU_CACHE;
        int recordBytes = load.contains("small") ? SMALL_BYTES : LARGE_BYTES;
        try (var yard = Yard.open(options, variant)) {
            if (load.startsWith("rf3")) {
                three(yard, recordBytes);
                return;
            }
            try (var broker = yard.start()) {
                Clients.createTopic(broker.address(), "load", PARTITIONS);
                if (load.startsWith("consume")) consume(broker);
                else
                    produce(broker, broker, recordBytes);
            }
        }
    }

    /// Every node leads a third of the partitions and follows in the others: one is sampled.
    private void three(Yard yard, int recordBytes) throws Exception {
        try (var trio = new Trio(yard)) {
            trio.start();
            Clients.createTopic(trio.address(), "load", 2 * Trio.NODES, Trio.NODES);
            produce(trio, trio.node(1), recordBytes);
        }
    }

    private void produce(Served system, Broker broker, int recordBytes) throws Exception {
        try (var flood = new Flood(system, "load", recordBytes)) {
            flood.run(PLENTY, WARM_SECONDS);
            for (var event : List.of("cpu", "alloc"))
                say(event, sampled(broker, event, () -> flood.run(PLENTY, SECONDS)));
        }
    }

    /// Reads what is there again and again.
    private void consume(Broker broker) throws Exception {
        try (var flood = new Flood(broker, "load", SMALL_BYTES)) {
            flood.run(STORED_SMALL, SECONDS * 2);
        }
        drain(broker, WARM_SECONDS);
        for (var event : List.of("cpu", "alloc"))
            say(event, sampled(broker, event, () -> drain(broker, SECONDS)));
    }

    private static Flood.Volume drain(Broker broker, long seconds) throws Exception {
        long endNs = System.nanoTime() + seconds * 1_000_000_000L;
        var total = new Flood.Volume(0, 0, 0, 0);
        while (System.nanoTime() - endNs < 0) {
            try (var drain = new Drain(broker, "load", PARTITIONS)) {
                total = total.plus(drain.run(STORED_SMALL / 2, 2));
            }
        }
        return total;
    }

    private Flood.Volume sampled(Broker broker, String event, Load run) throws Exception {
        var file = options.target().resolve("profile-" + load + "-" + event + ".collapsed");
        Files.deleteIfExists(file);
        String begin = event.equals("cpu")
            ? "start,event=cpu,interval=1ms,threads"
            : "start,event=alloc,alloc=64k";
        agent(broker, begin);
        var volume = run.run();
        agent(broker, "stop,collapsed,file=" + file);
        return volume;
    }

    private void agent(Broker broker, String command) throws Exception {
        var jcmd = Path.of(System.getProperty("java.home"), "bin/jcmd").toString();
        var done = new ProcessBuilder(jcmd, Long.toString(broker.pid()), "JVMTI.agent_load",
            library.toString(), '"' + command + '"').inheritIO().start();
        if (!done.waitFor(30, TimeUnit.SECONDS)) done.destroyForcibly();
    }

    private void say(String event, Flood.Volume volume) {
        System.out.printf(
            "%s, %s: %d records, %.1f MB/s, %.3f s broker CPU per million, %.2f per GB%n",
            load, event, volume.records(), volume.megabytes() / volume.seconds(),
            volume.brokerCpuSeconds() / volume.records() * 1e6,
            volume.brokerCpuSeconds() / volume.megabytes() * 1e3);
    }

    private interface Load {
        Flood.Volume run() throws Exception;
    }
}

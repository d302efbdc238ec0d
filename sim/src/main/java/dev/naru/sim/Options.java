package dev.naru.sim;

import java.io.PrintStream;
import java.util.Optional;

/// How a seed is run: with how many nodes, whether acknowledged means on disk. `only` leaves a
/// single kind of fault, at the pace given, instead of those that the seed draws.
public record Options(int nodes, boolean isFlushMode, Optional<FaultKind> only, int paceMs,
    Optional<PrintStream> trace) {
    /// As everywhere: acknowledged means on disk, faults as the seed has them.
    public static final Options USUAL = new Options(1, true, Optional.empty(), 0, Optional.empty());

    /// The page cache is trusted, and the power goes: data must be lost, or the simulator proves
    /// nothing.
    public static Options pageCache() {
        return new Options(1, false, Optional.of(FaultKind.POWER_CUT), 1_500, Optional.empty());
    }

    public Options traced(PrintStream out) {
        return new Options(nodes, isFlushMode, only, paceMs, Optional.of(out));
    }

    public Options only(FaultKind kind, int everyMs) {
        return new Options(nodes, isFlushMode, Optional.of(kind), everyMs, trace);
    }

    /// A cluster of so many nodes.
    public Options nodes(int count) {
        return new Options(count, isFlushMode, only, paceMs, trace);
    }
}

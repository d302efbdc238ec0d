package dev.naru.sim;

import java.util.List;
import java.util.Map;

/// What came of one run: the rules that were broken (none, as a rule), the hash of everything that
/// happened, and counters of what it was.
public record Verdict(long seed, List<String> violations, long traceHash, long steps,
    Map<String, Integer> counters) {
    public boolean isClean() {
        return violations.isEmpty();
    }
}

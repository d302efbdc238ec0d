package dev.naru.sim;

import dev.naru.sim.history.FinalScan;
import dev.naru.sim.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The clients of one run that have to do with transactions.
final class Transactors {
    private final Scenario scenario;
    private final Function<String, Site> sites;
    private final History history;
    private final List<TransactionRole> writers = new ArrayList<>();
    private final List<ChainRole> chains = new ArrayList<>();
    private final List<CommittedReader> readers = new ArrayList<>();
    private boolean isClosed;

    Transactors(Scenario scenario, Function<String, Site> sites, History history) {
        this.scenario = scenario;
        this.sites = sites;
        this.history = history;
    }

    /// `pressure` is put on commits that are under way.
    void release(Runnable pressure) {
        var receipts = new ArrayList<>(scenario.transactional());
        receipts.removeAll(scenario.paid());
        for (int index = 0; index < scenario.transactors(); index++) {
            writers.add(
                new TransactionRole(sites.apply("payer-" + index), scenario.paid(), index,
                    pressure));
        }
        if (scenario.transactors() > 0) {
            for (int index = 0; index < scenario.chains(); index++)
                chains.add(new ChainRole(sites.apply("chain-" + index), receipts, index));
            readers.add(new CommittedReader(sites.apply("auditor"), scenario.transactional(),
                "the auditor"));
        }
        for (var each : writers)
            each.start();
        for (var each : chains)
            each.start();
        for (var each : readers)
            each.start();
    }

    void calm() {
        for (var each : writers)
            each.stopSending();
        for (var each : chains)
            each.calm();
        for (var each : readers)
            each.calm();
    }

    void powerCut() {
        for (var each : writers)
            each.powerCut();
    }

    boolean isSettled() {
        for (var each : writers) {
            if (!each.isSettled()) return false;
            if (each.sequencesLost() > 0) {
                history.violation("I8: a sequence of a transaction was forgotten");
                return true;
            }
        }
        return true;
    }

    /// Whether a chain is still at work.
    boolean mustCatchUp() {
        return !isClosed && !chains.isEmpty();
    }

    /// Whether every payment has been transformed.
    boolean hasCaughtUp(FinalScan payments) {
        for (var slot : scenario.paid()) {
            var values = payments.valuesOf(slot);
            if (values.isEmpty()) continue;
            long end = values.lastKey() + 1;
            boolean isThere = chains.stream()
                .anyMatch(each -> each.progress().getOrDefault(slot, 0L) >= end);
            if (!isThere) return false;
        }
        return true;
    }

    void close() {
        if (isClosed) return;
        isClosed = true;
        for (var each : writers)
            each.close();
        for (var each : chains)
            each.close();
        for (var each : readers)
            each.close();
    }
}

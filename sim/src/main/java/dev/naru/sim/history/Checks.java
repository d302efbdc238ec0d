package dev.naru.sim.history;

import java.util.ArrayList;
import java.util.List;

/// Every rule, over one history.
public final class Checks {
    private static final int EACH_MAX = 5;

    private Checks() {}

    /// What is wrong, one line each; empty when nothing is.
    public static List<String> findAll(History history) {
        var found = new ArrayList<String>(history.violations());
        var log = AgreedLog.of(history, found);
        add(found, ValueChecks.find(history, log));
        add(found, LossChecks.find(history, log));
        add(found, OrderChecks.find(history, log));
        add(found, StaleReadChecks.find(history, log));
        add(found, GroupChecks.find(history));
        add(found, EpochChecks.find(history));
        add(found, OwnerChecks.find(history));
        add(found, TopicChecks.find(history));
        add(found, QueueChecks.find(history));
        add(found, TransactionChecks.find(history));
        add(found, ExactlyOnceChecks.find(history));
        return found;
    }

    private static void add(List<String> found, List<String> more) {
        int count = Math.min(EACH_MAX, more.size());
        found.addAll(more.subList(0, count));
        if (more.size() > count) found.add("... and " + (more.size() - count) + " more like it");
    }
}

package dev.naru.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The members of the group that moves between protocols; in some runs there are none.
final class Movers {
    /// Every seventh seed, so that the others run as they did before there were any.
    private static final int EVERY = 7;

    private final List<MoverRole> roles = new ArrayList<>();
    private final SimTrace trace;
    private boolean wasMixed;
    private boolean wasModern;

    Movers(SimTrace trace) {
        this.trace = trace;
    }

    void release(long seed, Function<String, Site> sites) {
        if (Math.floorMod(seed, EVERY) != 0) return;
        int count = 2 + Math.floorMod(seed / EVERY, 3);
        for (int index = 0; index < count; index++)
            roles.add(new MoverRole(sites.apply("mover-" + index), Scenario.KEPT, this));
        for (var role : roles)
            role.start();
    }

    /// Counts what the group has been through, as its members see it.
    void lookAround() {
        boolean isModern = roles.stream().anyMatch(role -> role.isModern() && role.isOwner());
        boolean isClassic = roles.stream().anyMatch(role -> !role.isModern() && role.isOwner());
        boolean isMixed = isModern && isClassic;
        if (isMixed && !wasMixed) trace.count("movers: both kinds own");
        if (isModern && !isClassic && wasMixed) trace.count("movers: moved to the new protocol");
        if (isClassic && !isModern && wasMixed) trace.count("movers: moved back");
        if (isModern != wasModern) trace.count("movers: changes of kind");
        wasMixed = isMixed;
        wasModern = isModern;
    }

    void calm() {
        for (var role : roles)
            role.calm();
    }

    boolean areAtWork() {
        return roles.stream().allMatch(MoverRole::isAtWork);
    }

    void close() {
        for (var role : roles)
            role.close();
    }
}

package dev.naru.partition;

import dev.naru.base.Invariant;
import java.util.ArrayList;
import java.util.function.Predicate;

/// The watches that are armed in one partition. Owned by its loop. Law: I17, a watch waits in one
/// place.
final class Watches {
    private final ArrayList<Watch> armed = new ArrayList<>(0);
    private int forWritten;

    void arm(Watch watch, Watch.For what) {
        if (watch.armedIn == this) return;
        Invariant.check(watch.armedIn == null, "I17: a watch waits in one place");
        watch.armedIn = this;
        watch.what = what;
        armed.add(watch);
        if (what == Watch.For.WRITTEN) forWritten++;
    }

    void disarm(Watch watch) {
        if (armed.remove(watch) && watch.what == Watch.For.WRITTEN) forWritten--;
        watch.armedIn = null;
    }

    /// More is committed; what is stable has grown, too, if `alsoStable`.
    void fire(boolean alsoStable) {
        fireThose(watch -> watch.what == Watch.For.COMMITTED
            || (alsoStable && watch.what == Watch.For.STABLE));
    }

    /// The log has grown.
    void fireWritten() {
        if (forWritten > 0) fireThose(watch -> watch.what == Watch.For.WRITTEN);
    }

    /// Nothing more will come here.
    void fireAll() {
        fireThose(_ -> true);
    }

    private void fireThose(Predicate<Watch> isReady) {
        if (armed.isEmpty()) return;
        var all = new ArrayList<Watch>(armed);
        armed.clear();
        forWritten = 0;
        for (var watch : all) {
            if (isReady.test(watch)) continue;
            armed.add(watch);
            if (watch.what == Watch.For.WRITTEN) forWritten++;
        }
        for (var watch : all) {
            if (isReady.test(watch)) watch.fire();
        }
    }
}

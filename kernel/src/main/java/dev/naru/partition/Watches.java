package dev.naru.partition;

import dev.naru.base.Invariant;
import java.util.ArrayList;

/// The watches that are armed in one partition. Owned by its loop. Law: I17, a watch waits in one place.
final class Watches {
    private final ArrayList<Watch> armed = new ArrayList<>(0);

    /// One that waits for what is `stable` fires only when more is.
    void arm(Watch watch, boolean stable) {
        if (watch.armedIn == this) return;
        Invariant.check(watch.armedIn == null, "I17: a watch waits in one place");
        watch.armedIn = this;
        watch.waitsForStable = stable;
        armed.add(watch);
    }

    void disarm(Watch watch) {
        armed.remove(watch);
        watch.armedIn = null;
    }

    void fire(boolean alsoStable) {
        if (armed.isEmpty()) return;
        var ready = new ArrayList<Watch>(armed);
        armed.clear();
        for (var watch : ready) {
            if (watch.waitsForStable && !alsoStable) armed.add(watch);
        }
        for (var watch : ready) {
            if (alsoStable || !watch.waitsForStable) watch.fire();
        }
    }
}

package dev.naru.sim.contract;

import static dev.naru.sim.contract.Claim.equal;
import static dev.naru.sim.contract.Claim.holds;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// What a [dev.naru.base.Loop] promises.
public final class LoopContract {
    private static final long MS_NS = 1_000_000L;

    private final Yard.Maker maker;

    public LoopContract(Yard.Maker maker) {
        this.maker = maker;
    }

    public List<Claim> claims() {
        return List.of(
            new Claim("tasks of one sender run in the order they were sent", this::order),
            new Claim("a task never runs inside execute, even on the loop", this::noNesting),
            new Claim("inLoop is true on the loop and false elsewhere", this::knowsItself),
            new Claim("timers run in the order of their deadlines", this::timers),
            new Claim("a cancelled timer does not run", this::cancelled));
    }

    private void order() throws Exception {
        try (var yard = maker.make()) {
            var seen = Collections.synchronizedList(new ArrayList<Integer>());
            var expected = new ArrayList<Integer>();
            for (int task = 0; task < 100; task++) {
                int number = task;
                expected.add(number);
                yard.loop().execute(() -> seen.add(number));
            }
            yard.until(() -> seen.size() == 100);
            equal(expected, List.copyOf(seen), "order");
        }
    }

    private void noNesting() throws Exception {
        try (var yard = maker.make()) {
            var inside = new AtomicBoolean();
            var nested = new AtomicBoolean();
            var ran = new AtomicBoolean();
            yard.loop().execute(() -> {
                inside.set(true);
                yard.loop().execute(() -> {
                    nested.set(inside.get());
                    ran.set(true);
                });
                inside.set(false);
            });
            yard.until(ran::get);
            holds(!nested.get(), "the inner task ran inside the outer one");
        }
    }

    private void knowsItself() throws Exception {
        try (var yard = maker.make()) {
            holds(!yard.loop().inLoop(), "the caller is not the loop");
            var inLoop = new AtomicBoolean();
            yard.onLoop(() -> inLoop.set(yard.loop().inLoop()));
            holds(inLoop.get(), "a task is on the loop");
        }
    }

    private void timers() throws Exception {
        try (var yard = maker.make()) {
            var seen = Collections.synchronizedList(new ArrayList<Integer>());
            yard.onLoop(() -> {
                yard.loop().after(30 * MS_NS, () -> seen.add(30));
                yard.loop().after(10 * MS_NS, () -> seen.add(10));
                yard.loop().after(20 * MS_NS, () -> seen.add(20));
            });
            yard.until(() -> seen.size() == 3);
            equal(List.of(10, 20, 30), List.copyOf(seen), "order of deadlines");
        }
    }

    private void cancelled() throws Exception {
        try (var yard = maker.make()) {
            var seen = Collections.synchronizedList(new ArrayList<Integer>());
            yard.onLoop(() -> {
                var timer = yard.loop().after(10 * MS_NS, () -> seen.add(10));
                yard.loop().after(20 * MS_NS, () -> seen.add(20));
                timer.cancel();
            });
            yard.until(() -> !seen.isEmpty());
            equal(List.of(20), List.copyOf(seen), "timers that ran");
        }
    }
}

package dev.naru.broker;

import dev.naru.base.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Collects from every loop what its partitions would leave behind now.
final class Progress {
    private final Consumer<List<LeftBehind>> done;
    private final List<LeftBehind> all = new ArrayList<>();
    private int loopsLeft;

    private Progress(int loopCount, Consumer<List<LeftBehind>> done) {
        this.loopsLeft = loopCount;
        this.done = done;
    }

    /// `done` runs on `home`, once.
    static void gather(Loop home, Partitions partitions, boolean isLast,
        Consumer<List<LeftBehind>> done) {
        var progress = new Progress(partitions.loopCount(), done);
        for (int loop = 0; loop < partitions.loopCount(); loop++) {
            int loopIndex = loop;
            var table = partitions.table(loop);
            Partitions.on(table.shared().loop(), () -> {
                var part = table.progress(partitions, loopIndex, isLast);
                Partitions.on(home, () -> progress.add(part));
            });
        }
    }

    private void add(List<LeftBehind> part) {
        all.addAll(part);
        loopsLeft--;
        if (loopsLeft == 0) done.accept(all);
    }
}

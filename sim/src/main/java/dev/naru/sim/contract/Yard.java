package dev.naru.sim.contract;

import dev.naru.base.Disk;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/// The ports under test, fresh for each claim, and a way to let their time pass.
public interface Yard extends AutoCloseable {
    Disk disk();

    Net net();

    Loop loop();

    /// A host to listen on and to dial.
    String host();

    /// Lets the ports work until the condition holds, which is read on the caller's thread; fails
    /// when it never does.
    void until(BooleanSupplier condition);

    @Override void close();

    /// Runs a task on the loop and lets the ports work until it has.
    default void onLoop(Runnable task) {
        var ran = new AtomicBoolean();
        loop().execute(() -> {
            task.run();
            ran.set(true);
        });
        until(ran::get);
    }

    /// Makes a yard.
    interface Maker {
        Yard make() throws Exception;
    }
}

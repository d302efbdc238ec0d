package dev.naru.server;

import dev.naru.base.Invariant;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// What comes out of a loop. A broken law or an error of the machine ends the process at once: a node
/// that stands still is a delay, a wrong one a lie. What else it is harmed one request.
///
/// A machine that refuses may refuse what it takes to say so, too (no descriptor is left to load a class
/// or to open a log with): the process ends all the same, with nothing that is not loaded yet.
final class Escapes implements Consumer<Throwable> {
    /// Where it is logged, where it is said, and how the process ends with a code.
    record Outside(BiConsumer<String, Throwable> log, Consumer<String> say, IntConsumer halt) {}

    private final Outside outside;
    private final int brokenCode = ExitCode.BROKEN.code();
    private final int memoryCode = ExitCode.MEMORY.code();

    Escapes(Outside outside) {
        this.outside = outside;
    }

    // Neither a switch over types nor a lambda nor joined strings before `halt` is certain: the first use of
    // each makes classes.
    @Override public void accept(Throwable what) {
        boolean isMemory = what instanceof OutOfMemoryError;
        boolean isBroken = what instanceof Invariant.Broken || what instanceof Error;
        if (!isMemory && !isBroken) {
            outside.log().accept("a request failed in a way nobody thought of", what);
            return;
        }
        try {
            if (isMemory) outside.say().accept("memory ran out: " + what.getMessage());
            else
                tell(what);
        } finally {
            outside.halt().accept(isMemory ? memoryCode : brokenCode);
        }
    }

    private void tell(Throwable what) {
        boolean isLaw = what instanceof Invariant.Broken;
        outside.log().accept(isLaw ? "a law does not hold" : "an error of the machine", what);
        outside.say().accept((isLaw
            ? "a law of the project does not hold, which is a bug: " + what.getMessage()
            : what.toString()) + "; the log has the rest");
    }
}

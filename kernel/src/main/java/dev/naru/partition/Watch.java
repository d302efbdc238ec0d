package dev.naru.partition;

import org.jspecify.annotations.Nullable;

/// Somebody who waits for more to read in one partition. Armed by a read that found nothing new;
/// fires once, then has to be armed again. Owned by the partition's loop.
public final class Watch {
    /// What somebody waits for.
    public enum For {
        /// The high watermark rises.
        COMMITTED,
        /// The last stable offset rises.
        STABLE,
        /// The log end rises: what replicas wait for.
        WRITTEN
    }

    private final Runnable onReady;
    @Nullable
    Watches armedIn;
    For what = For.COMMITTED;

    /// `onReady` is called on the partition's loop, inside the change that made more readable (or
    /// made the partition go away): it must only post.
    public Watch(Runnable onReady) {
        this.onReady = onReady;
    }

    /// Waits no more. Call it on the partition's loop.
    public void cancel() {
        if (armedIn != null) armedIn.disarm(this);
    }

    void fire() {
        armedIn = null;
        onReady.run();
    }
}

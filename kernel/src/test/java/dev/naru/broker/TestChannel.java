package dev.naru.broker;

import dev.naru.base.Bytes;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.base.QuietChannel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// This side of a connection, which keeps what is sent on it.
final class TestChannel implements QuietChannel {
    boolean isClosed;
    boolean isClosedAfterFlush;
    boolean isPaused;
    boolean isFromHere;
    Optional<Net.Member> member = Optional.empty();
    int admissions;
    private final Loop loop = new HereLoop();
    private final List<ByteBuffer> frames = new ArrayList<>();

    /// What was sent, without the lengths.
    List<ByteBuffer> frames() {
        return List.copyOf(frames);
    }

    List<Integer> correlationIds() {
        return frames.stream().map(frame -> frame.getInt(frame.position())).toList();
    }

    @Override public Loop loop() {
        return loop;
    }

    @Override public void send(List<Bytes> frame) {
        frames.add(QuietChannel.whole(frame));
    }

    @Override public void admitted() {
        admissions++;
    }

    @Override public void pauseReading() {
        isPaused = true;
    }

    @Override public void resumeReading() {
        isPaused = false;
    }

    @Override public void closeAfterFlush() {
        isClosedAfterFlush = true;
    }

    @Override public void close() {
        isClosed = true;
    }

    @Override public boolean isFromHere() {
        return isFromHere;
    }

    @Override public Optional<Net.Member> member() {
        return member;
    }

    /// A loop that is always on its own thread and never gets to its timers.
    private static final class HereLoop implements Loop {
        @Override public void execute(Runnable task) {
            task.run();
        }

        @Override public Timer after(long delayNs, Runnable task) {
            return () -> {
            };
        }

        @Override public boolean inLoop() {
            return true;
        }
    }
}

package dev.naru.sim;

import dev.naru.base.Bytes;
import java.util.ArrayDeque;
import java.util.List;
import java.util.zip.CRC32C;

/// One direction of a connection. What was sent waits until the other side has room; then it leaves
/// (a file slice is read at that moment) and arrives some time later, in order. What has left
/// belongs to nobody: it arrives even if its sender is gone, unless the connection breaks.
final class SimPipe {
    private static final int HIGH_WATER_BYTES = 64 * 1024;
    private static final int LOW_WATER_BYTES = 32 * 1024;
    private static final int DISK_READ_NS_MAX = 300_000;

    private final SimNetwork network;
    private final SimEnd from;
    private final ArrayDeque<List<Bytes>> waiting = new ArrayDeque<>();
    private final ArrayDeque<Travelling> travelling = new ArrayDeque<>();
    private int waitingBytes;
    private int unreadBytes;
    private long lastArrivalNs;
    private long stalledUntilNs;
    private boolean isLeaving;
    private int arrivalNumber;
    private boolean isBroken;
    private boolean isEnded;
    private boolean wasFull;
    private boolean closesWhenEmpty;

    /// On its way. `bytes` is empty for the end of the stream.
    @SuppressWarnings("ArrayRecordComponent")
    private record Travelling(byte[] bytes, long arrivalNs, boolean isEnd) {}

    SimPipe(SimNetwork network, SimEnd from) {
        this.network = network;
        this.from = from;
    }

    boolean isWritable() {
        return !wasFull;
    }

    void send(List<Bytes> frame) {
        waiting.addLast(frame);
        waitingBytes += sizeOf(frame);
        if (queuedBytes() > network.windowBytes() + HIGH_WATER_BYTES) wasFull = true;
        leaveSoon();
    }

    private static int sizeOf(List<Bytes> frame) {
        int size = 0;
        for (var bytes : frame)
            size += bytes.sizeBytes();
        return size;
    }

    /// Room was made at the other end.
    void read(int sizeBytes) {
        unreadBytes -= sizeBytes;
        leaveSoon();
        if (wasFull && queuedBytes() < network.windowBytes() + LOW_WATER_BYTES) {
            wasFull = false;
            from.writableAgain();
        }
    }

    void closeWhenEmpty() {
        closesWhenEmpty = true;
        leaveSoon();
    }

    private void leaveSoon() {
        if (isLeaving || from.isGone()) return;
        if (waiting.isEmpty() && !closesWhenEmpty) return;
        if (!waiting.isEmpty() && unreadBytes > network.windowBytes()) return;
        isLeaving = true;
        long readNs = 1_000;
        if (!waiting.isEmpty() && hasSlice(waiting.getFirst())) {
            readNs += network.chance().below(DISK_READ_NS_MAX);
        }
        int life = from.host().life();
        network.world().schedule(readNs, network.nature(), () -> {
            isLeaving = false;
            if (from.host().life() == life && !from.isGone()) leave();
        });
    }

    private static boolean hasSlice(List<Bytes> frame) {
        for (var bytes : frame) {
            if (bytes instanceof Bytes.Slice) return true;
        }
        return false;
    }

    private void leave() {
        var frame = waiting.pollFirst();
        if (frame == null) {
            if (closesWhenEmpty) from.flushed();
            return;
        }
        var bytes = materialize(frame);
        waitingBytes -= bytes.length;
        unreadBytes += bytes.length;
        travel(new Travelling(bytes, arrivalNs(), false));
        leaveSoon();
    }

    private int queuedBytes() {
        return waitingBytes + unreadBytes;
    }

    private long arrivalNs() {
        lastArrivalNs = Math.max(lastArrivalNs + 1, network.world().nowNs() + network.delayNs());
        return lastArrivalNs;
    }

    private static byte[] materialize(List<Bytes> frame) {
        var joined = new byte[sizeOf(frame)];
        int at = 0;
        for (var bytes : frame) {
            var source = switch (bytes) {
                case Bytes.Memory memory -> memory.buffer().duplicate();
                case Bytes.Slice slice -> SimDisk.bytesOf(slice);
            };
            int size = source.remaining();
            source.get(joined, at, size);
            at += bytes.sizeBytes();
            bytes.discard();
        }
        return joined;
    }

    private void travel(Travelling next) {
        if (isBroken) return;
        travelling.addLast(next);
        if (travelling.size() == 1) arriveSoon();
    }

    private void arriveSoon() {
        if (travelling.isEmpty()) return;
        int mine = ++arrivalNumber;
        network.world().scheduleAt(dueNs(), network.nature(), () -> {
            if (mine == arrivalNumber) arrive();
        });
    }

    private long dueNs() {
        return Math.max(travelling.getFirst().arrivalNs(), stalledUntilNs);
    }

    private void arrive() {
        if (travelling.isEmpty()) return;
        var next = travelling.removeFirst();
        if (next.isEnd()) {
            from.other().told("closed by peer", 1);
        } else {
            var crc = new CRC32C();
            crc.update(next.bytes(), 0, next.bytes().length);
            network.world().trace().mix(crc.getValue());
            from.other().arrived(next.bytes());
        }
        arriveSoon();
    }

    /// The sender closed: what has left arrives, and then the news; now and then some of it is
    /// lost.
    void ends() {
        if (isEnded) return;
        drop();
        if (network.chance().oneIn(4)) {
            isEnded = true;
            breakOff();
            from.other().told("connection reset by peer", network.delayNs());
        } else {
            endsInPeace();
        }
    }

    /// The sender closed after everything had left: all of it arrives, and then the news.
    void endsInPeace() {
        if (isEnded) return;
        isEnded = true;
        travel(new Travelling(new byte[0], arrivalNs(), true));
    }

    /// The connection breaks: a prefix of what is on its way arrives, of the next frame perhaps
    /// only the announcement, and nothing after that.
    void breakOff() {
        if (isBroken) return;
        isBroken = true;
        int arrives = network.chance().below(travelling.size() + 1);
        while (travelling.size() > arrives) {
            var lost = travelling.removeLast();
            boolean isNext = travelling.size() == arrives && !lost.isEnd();
            if (isNext && network.chance().oneIn(2)) from.other().announceOnly(lost.bytes().length);
        }
    }

    void stallUntil(long untilNs) {
        stalledUntilNs = untilNs;
        arriveSoon();
    }

    /// What has not left is given back.
    void drop() {
        while (!waiting.isEmpty()) {
            for (var bytes : waiting.removeFirst())
                bytes.discard();
        }
        waitingBytes = 0;
    }

    /// What has not left is gone with its process, leases and all.
    void forget() {
        waiting.clear();
        waitingBytes = 0;
    }
}

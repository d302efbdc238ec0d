package dev.naru.broker;

import dev.naru.base.Limits;
import dev.naru.base.Net;
import java.util.LinkedHashMap;
import java.util.Map;

/// Bounds what large requests of one loop hold together (DESIGN P8): a declared length is reserved
/// before its body is read, first come first served; one frame larger than the pool is let in
/// alone. Frames up to [Limits#SMALL_FRAME_BYTES] do not draw on it. Owned by the loop.
final class RequestMemory {
    private final long capacityBytes;
    private final Map<Connection, Integer> waiting = new LinkedHashMap<>();
    private long usedBytes;

    RequestMemory(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    static boolean isSmall(int lengthBytes) {
        return lengthBytes <= Limits.SMALL_FRAME_BYTES;
    }

    Net.Admission admit(Connection connection, int lengthBytes) {
        if (isSmall(lengthBytes)) return Net.Admission.READ;
        if (waiting.isEmpty() && fits(lengthBytes)) {
            usedBytes += lengthBytes;
            return Net.Admission.READ;
        }
        waiting.put(connection, lengthBytes);
        return Net.Admission.WAIT;
    }

    private boolean fits(int lengthBytes) {
        return usedBytes == 0 || usedBytes + lengthBytes <= capacityBytes;
    }

    /// Gives back what an admitted large frame had reserved, and lets in who waits.
    void release(int lengthBytes) {
        if (isSmall(lengthBytes)) return;
        usedBytes -= lengthBytes;
        admitWaiting();
    }

    /// The connection waits no more: it is gone.
    void forget(Connection connection) {
        waiting.remove(connection);
        admitWaiting();
    }

    private void admitWaiting() {
        while (!waiting.isEmpty()) {
            var first = waiting.entrySet().iterator().next();
            if (!fits(first.getValue())) return;
            usedBytes += first.getValue();
            waiting.remove(first.getKey());
            first.getKey().admitted();
        }
    }

    boolean isWaiting(Connection connection) {
        return waiting.containsKey(connection);
    }

    long usedBytes() {
        return usedBytes;
    }

    long capacityBytes() {
        return capacityBytes;
    }

    /// Requests that wait until there is room for them.
    int waitingCount() {
        return waiting.size();
    }
}

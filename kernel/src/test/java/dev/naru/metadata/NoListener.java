package dev.naru.metadata;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Iterator;

/// Who is told before a log is started.
final class NoListener implements MetadataLog.Listener {
    @Override public void onSnapshot(Iterator<ByteBuffer> blocks) {}

    @Override public void onCommitted(long index, ByteBuffer batch) {}

    @Override public void onLeading(int controllerEpoch) {}

    @Override public void onFollowing(int leaderId) {}

    @Override public void onFailed(String reason) {}

    @Override public Iterator<ByteBuffer> snapshot() {
        return Collections.emptyIterator();
    }
}

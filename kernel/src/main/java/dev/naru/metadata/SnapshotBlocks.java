package dev.naru.metadata;

import dev.naru.base.Limits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// An image as blocks of facts, each made when it is asked for. Every block says at which accepted
/// index the image stands; even an empty image has one.
final class SnapshotBlocks implements Iterator<ByteBuffer> {
    private final ClusterImage image;
    private final Iterator<ClusterRecord> facts;
    private boolean isStarted;

    SnapshotBlocks(ClusterImage image) {
        this.image = image;
        this.facts = image.facts();
    }

    @Override public boolean hasNext() {
        return !isStarted || facts.hasNext();
    }

    @Override public ByteBuffer next() {
        if (!hasNext()) throw new NoSuchElementException();
        isStarted = true;
        var block = new ArrayList<ClusterRecord>();
        while (facts.hasNext() && block.size() < Limits.METADATA_FACTS_PER_SNAPSHOT_BLOCK) {
            block.add(facts.next());
        }
        return new MetadataBatch(image.controllerEpoch(), image.acceptedIndex(), block).encode();
    }
}

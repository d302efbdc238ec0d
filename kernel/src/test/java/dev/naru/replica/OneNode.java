package dev.naru.replica;

import dev.naru.base.Entropy;
import dev.naru.client.Address;
import java.util.Optional;

/// A node with replicas, and where it finds their leaders; what it draws is always zero.
abstract class OneNode implements ReplicaPorts.NodeView {
    static final int ID = 1;
    static final Entropy ZERO = new Entropy() {
        @Override public long nextLong() {
            return 0;
        }

        @Override public int below(int bound) {
            return 0;
        }
    };

    @Override public int nodeId() {
        return ID;
    }

    @Override public long brokerEpoch() {
        return 9;
    }

    @Override public Optional<Address> addressOf(int nodeId) {
        return Optional.of(new Address("leader", 1));
    }
}

package dev.naru.client;

/// The producer id that a node gave out, with the epoch in use.
record ProducerIdentity(long producerId, short producerEpoch) {
    static final ProducerIdentity NONE = new ProducerIdentity(-1, (short) -1);

    boolean isKnown() {
        return producerId >= 0;
    }

    boolean canRise() {
        return producerEpoch < Short.MAX_VALUE;
    }

    ProducerIdentity risen() {
        return new ProducerIdentity(producerId, (short) (producerEpoch + 1));
    }
}

package dev.naru.bench;

/// A system and the one setting that matters here: whether an acknowledged record is on disk.
enum Variant {
    NARU_CACHE("Naru, page cache"), NARU_SYNC("Naru, fsync before ack"), KAFKA("Kafka"), KAFKA_SYNC(
        "Kafka, flush.messages=1");

    private final String title;

    Variant(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    boolean isNaru() {
        return this == NARU_CACHE || this == NARU_SYNC;
    }
}

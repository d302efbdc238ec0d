package dev.naru.record;

import java.util.Optional;

/// How the records of a batch may be compressed.
public enum Codec {
    NONE(0, "none"), GZIP(1, "gzip"), SNAPPY(2, "snappy"), LZ4(3, "lz4"), ZSTD(4, "zstd");

    private final int id;
    private final String text;

    Codec(int id, String text) {
        this.id = id;
        this.text = text;
    }

    /// Its number in the attributes of a batch, and for [dev.naru.base.Codecs].
    public int id() {
        return id;
    }

    /// Its name in Kafka's tools.
    public String text() {
        return text;
    }

    /// The codec with this number, if there is one.
    public static Optional<Codec> of(int id) {
        for (var codec : values()) {
            if (codec.id == id) return Optional.of(codec);
        }
        return Optional.empty();
    }

    /// The codec with this name; `uncompressed` is another name for [#NONE].
    public static Optional<Codec> named(String text) {
        if (text.equals("uncompressed")) return Optional.of(NONE);
        for (var codec : values()) {
            if (codec.text.equals(text)) return Optional.of(codec);
        }
        return Optional.empty();
    }
}

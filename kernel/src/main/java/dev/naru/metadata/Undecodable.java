package dev.naru.metadata;

/// Bytes that are no metadata of ours: damaged, or written by a newer version.
public final class Undecodable extends Exception {
    Undecodable(String why) {
        super(why);
    }
}

package dev.naru.wiregen;

/// Entry point of the generator: `Main SCHEMA_DIRECTORY OUTPUT_DIRECTORY`.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        if (args.length != 2) throw new IllegalArgumentException("usage: Main SCHEMAS OUTPUT");
    }
}

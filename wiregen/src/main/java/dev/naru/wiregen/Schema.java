package dev.naru.wiregen;

import java.util.List;
import java.util.Optional;

/// One message: its own structure and those within it.
record Schema(
    Struct root,
    List<Struct> nested,
    String kind,
    Optional<Integer> apiKey,
    boolean latestUnstable) {
    String name() {
        return root.name();
    }

    boolean isRequest() {
        return kind.equals("request");
    }

    boolean isResponse() {
        return kind.equals("response");
    }

    boolean isStored() {
        return kind.startsWith("coordinator-");
    }

    Struct struct(String name) {
        return nested.stream().filter(struct -> struct.name().equals(name)).findFirst()
            .orElseThrow(() -> new IllegalStateException("no structure " + name + " in " + name()));
    }

    /// The least bytes that a value of this structure takes.
    int leastBytes(Struct struct, int version) {
        int sum = struct.isFlexible(version) ? 1 : 0;
        for (var field : struct.fields()) {
            if (!field.versions().holds(version) || field.tagged().holds(version)) continue;
            sum += leastBytes(field, version, struct.isFlexible(version));
        }
        return sum;
    }

    private int leastBytes(Field field, int version, boolean flexible) {
        boolean compact = field.flexibleOverride().map(own -> own.holds(version)).orElse(flexible);
        if (field.type() instanceof Type.Struct && field.nullable().holds(version)) return 1;
        return leastBytes(field.type(), version, compact);
    }

    int leastBytes(Type type, int version, boolean flexible) {
        return switch (type) {
            case Type.Plain plain -> plain.scalar().leastBytes(flexible);
            case Type.Array _ -> flexible ? 1 : 4;
            case Type.Struct struct -> leastBytes(struct(struct.name()), version);
        };
    }
}

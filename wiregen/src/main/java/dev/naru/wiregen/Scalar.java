package dev.naru.wiregen;

import java.util.Locale;

/// The types of a schema that are not arrays and not structures: their Java type, the name of their
/// methods in Reader and Writer, and the least bytes they take in a plain and in a flexible
/// version.
enum Scalar {
    // @formatter:off
    BOOL("boolean", "Boolean", 1, 1),
    INT8("byte", "Byte", 1, 1),
    INT16("short", "Short", 2, 2),
    UINT16("int", "Integer", 2, 2),
    INT32("int", "Integer", 4, 4),
    UINT32("long", "Long", 4, 4),
    INT64("long", "Long", 8, 8),
    FLOAT64("double", "Double", 8, 8),
    UUID("Uuid", "Uuid", 16, 16),
    STRING("String", "String", 2, 1),
    BYTES("ByteBuffer", "ByteBuffer", 4, 1),
    RECORDS("ByteBuffer", "ByteBuffer", 4, 1);
    // @formatter:on

    private final String javaType;
    private final String boxedType;
    private final int leastPlain;
    private final int leastFlexible;

    Scalar(String javaType, String boxedType, int leastPlain, int leastFlexible) {
        this.javaType = javaType;
        this.boxedType = boxedType;
        this.leastPlain = leastPlain;
        this.leastFlexible = leastFlexible;
    }

    static Scalar of(String schemaName) {
        return valueOf(schemaName.toUpperCase(Locale.ROOT));
    }

    String javaType() {
        return javaType;
    }

    String boxedType() {
        return boxedType;
    }

    int leastBytes(boolean flexible) {
        return flexible ? leastFlexible : leastPlain;
    }

    /// Whether its length is written in front of it, in two ways.
    boolean hasLength() {
        return this == STRING || this == BYTES || this == RECORDS;
    }

    String method() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.naru.wiregen;

/// The type of a field.
sealed interface Type {
    record Plain(Scalar scalar) implements Type {}

    record Struct(String name) implements Type {}

    record Array(Type element) implements Type {}

    static Type parse(String text) {
        if (text.startsWith("[]")) return new Array(parse(text.substring(2)));
        if (Character.isUpperCase(text.charAt(0))) return new Struct(text);
        return new Plain(Scalar.of(text));
    }

    /// As an element of a list.
    default String boxed() {
        return switch (this) {
            case Plain plain -> plain.scalar().boxedType();
            case Struct struct -> struct.name();
            case Array array -> "List<" + array.element().boxed() + ">";
        };
    }
}

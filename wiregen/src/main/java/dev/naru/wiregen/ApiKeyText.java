package dev.naru.wiregen;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The enum of all api keys.
final class ApiKeyText {
    /// Where Naru's own requests begin, far above the protocol's.
    private static final int FIRST_OWN = 20_000;

    private ApiKeyText() {}

    static String of(String packageName, List<Schema> schemas) {
        var requests = schemas.stream().filter(Schema::isRequest)
            .sorted(Comparator.comparingInt(schema -> schema.apiKey().orElseThrow())).toList();
        var text = new Text();
        text.line("package " + packageName + ";").line("");
        text.line("import dev.naru.wire.Malformed;").line("import dev.naru.wire.Message;");
        text.line("import dev.naru.wire.Reader;").line("import java.util.HashMap;");
        text.line("import java.util.Map;").line("import java.util.Optional;");
        text.line("import javax.annotation.processing.Generated;").line("");
        text.line("/// The requests of the protocol, with the versions of their schemas.");
        text.line("@Generated(\"dev.naru.wiregen\")").line("public enum ApiKey {");
        for (int i = 0; i < requests.size(); i++) {
            text.line(constant(requests.get(i), schemas, i + 1 == requests.size()));
        }
        fields(text);
        accessors(text);
        reader(text, requests, "readRequest", "Request");
        reader(text, requests, "readResponse", "Response");
        return text.line("}").toString();
    }

    private static String constant(Schema request, List<Schema> schemas, boolean isLast) {
        var response = schemas.stream()
            .filter(schema -> schema.isResponse() && schema.apiKey().equals(request.apiKey()))
            .findFirst().orElseThrow();
        var versions = request.root().versions();
        int flexible = lowestFlexible(request);
        if (flexible != lowestFlexible(response)) {
            throw new IllegalStateException("flexible versions differ: " + request.name());
        }
        return "%s(%d, %d, %d, %d, %b, \"%s\")%s".formatted(constantName(request),
            request.apiKey().orElseThrow(), versions.low(), versions.high(), flexible,
            request.latestUnstable(), stem(request), isLast ? ";" : ",");
    }

    private static int lowestFlexible(Schema schema) {
        var flexible = schema.root().flexible();
        return flexible.isEmpty() ? Short.MAX_VALUE : flexible.low();
    }

    private static void fields(Text text) {
        text.line("");
        text.line("private static final short FIRST_OWN = " + FIRST_OWN + ";");
        text.line("private static final Map<Short, ApiKey> BY_ID = new HashMap<>();").line("");
        text.line("static {").line("for (var key : values()) BY_ID.put(key.id, key);").line("}");
        text.line("");
        text.line("private final short id;").line("private final short lowestVersion;");
        text.line("private final short highestVersion;").line("private final int flexibleFrom;");
        text.line("private final boolean latestUnstable;").line("private final String title;");
        text.line("");
        text.line("ApiKey(int id, int lowestVersion, int highestVersion, int flexibleFrom,");
        text.line("        boolean latestUnstable, String title) {");
        text.line("this.id = (short) id;").line("this.lowestVersion = (short) lowestVersion;");
        text.line("this.highestVersion = (short) highestVersion;");
        text.line("this.flexibleFrom = flexibleFrom;");
        text.line("this.latestUnstable = latestUnstable;").line("this.title = title;").line("}");
    }

    private static void accessors(Text text) {
        method(text, "The key that `id` stands for.",
            "static Optional<ApiKey> of(short id)",
            "return Optional.ofNullable(BY_ID.get(id));");
        method(text, "The number on the wire.", "short id()", "return id;");
        method(text, "Whether it is Naru's own, which only its nodes use among themselves.",
            "boolean isOwn()", "return id >= FIRST_OWN;");
        method(text, "The name as documents write it: `ListOffsets`.", "String title()",
            "return title;");
        method(text, "The lowest version that the schema has.", "short lowestVersion()",
            "return lowestVersion;");
        method(text, "The highest version that the schema has, stable or not.",
            "short highestVersion()", "return highestVersion;");
        method(text, "The highest version that will not change any more.",
            "short highestStableVersion()",
            "return (short) (latestUnstable ? highestVersion - 1 : highestVersion);");
        method(text, "Whether the schema has this version.", "boolean hasVersion(short version)",
            "return version >= lowestVersion && version <= highestVersion;");
        method(text, "Whether this version has compact lengths and tagged fields.",
            "boolean isFlexible(short version)", "return version >= flexibleFrom;");
        method(text, "The version of the header in front of a request of this version.",
            "short requestHeaderVersion(short version)",
            "return (short) (isFlexible(version) ? 2 : 1);");
        method(text, "The version of the header in front of a response of this version. That of"
            + " ApiVersions never changes, so that every client can read it.",
            "short responseHeaderVersion(short version)",
            "return (short) (isFlexible(version) && this != API_VERSIONS ? 1 : 0);");
    }

    private static void method(Text text, String about, String signature, String body) {
        text.line("").line("/// " + about).line("public " + signature + " {").line(body).line("}");
    }

    private static void reader(Text text, List<Schema> requests, String method, String suffix) {
        text.line("").line("/// Reads the body of a " + suffix.toLowerCase(Locale.ROOT) + ".");
        text.line("public Message " + method + "(Reader in, short version) throws Malformed {");
        text.line("return switch (this) {");
        for (var request : requests) {
            text.line("case " + constantName(request) + " -> " + stem(request) + suffix
                + ".read(in, version);");
        }
        text.line("};").line("}");
    }

    private static String stem(Schema request) {
        return request.name().substring(0, request.name().length() - "Request".length());
    }

    private static String constantName(Schema request) {
        return stem(request).replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }
}

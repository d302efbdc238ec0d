package dev.naru.wiregen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
    private static final String REQUEST = """
        { "apiKey": 7, "type": "request", "name": "PingRequest", // a comment
          "validVersions": "1-3", "flexibleVersions": "2+", "fields": [
            { "name": "Words", "type": "[]Word", "versions": "1+", "nullableVersions": "3+",
              "fields": [ { "name": "Text", "type": "string", "versions": "2+" } ] },
            { "name": "LimitMs", "type": "int32", "versions": "2+", "taggedVersions": "2+",
              "tag": 0, "default": "0x10" } ] }
        """;
    private static final String RESPONSE = """
        { "apiKey": 7, "type": "response", "name": "PingResponse",
          "validVersions": "1-3", "flexibleVersions": "2+", "fields": [] }
        """;
    private static final String DEAD = """
        { "apiKey": 8, "type": "request", "name": "DeadRequest", "validVersions": "none" }
        """;

    @TempDir
    private Path directory = Path.of("");

    @Test void a_record_with_its_codec_is_written() throws IOException {
        var text = Files.readString(generate().resolve("PingRequest.java"));
        assertThat(text)
            .contains("public record PingRequest(")
            .contains("@Nullable List<Word> words,")
            .contains("private int limitMs = 16;")
            .contains("return _version >= 2 ? 2 : 0;")
            .contains("_version == 3 ? _in.nullableArrayCount(");
    }

    @Test void a_message_without_versions_is_left_out() throws IOException {
        assertThat(generate().resolve("DeadRequest.java")).doesNotExist();
    }

    @Test void a_file_is_only_touched_when_it_changes() throws IOException {
        var file = generate().resolve("ApiKey.java");
        var longAgo = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(file, longAgo);
        generate();
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
        Files.writeString(file, "changed by hand");
        generate();
        assertThat(file).content().contains("public enum ApiKey");
    }

    @Test void a_file_that_nothing_stands_for_any_more_is_removed() throws IOException {
        var stale = generate().resolve("OldRequest.java");
        Files.writeString(stale, "class OldRequest {}");
        generate();
        assertThat(stale).doesNotExist();
    }

    @Test void schemas_may_come_from_several_directories() throws IOException {
        var own = Files.createDirectories(directory.resolve("own"));
        Files.writeString(own.resolve("KnockRequest.json"),
            REQUEST.replace("7,", "20000,").replace("Ping", "Knock"));
        Files.writeString(own.resolve("KnockResponse.json"),
            RESPONSE.replace("7,", "20000,").replace("Ping", "Knock"));
        var first = generate();
        Main.main(new String[]{directory.resolve("schemas").toString(), own.toString(),
                directory.resolve("out").toString()});
        assertThat(first.resolve("ApiKey.java")).content().contains("PING(7,", "KNOCK(20000,");
    }

    private Path generate() throws IOException {
        var schemas = Files.createDirectories(directory.resolve("schemas"));
        Files.writeString(schemas.resolve("PingRequest.json"), REQUEST);
        Files.writeString(schemas.resolve("PingResponse.json"), RESPONSE);
        Files.writeString(schemas.resolve("DeadRequest.json"), DEAD);
        Files.writeString(schemas.resolve("README.md"), "not a schema");
        var output = directory.resolve("out");
        Main.main(new String[]{schemas.toString(), output.toString()});
        return output.resolve("dev/naru/wire/message");
    }
}

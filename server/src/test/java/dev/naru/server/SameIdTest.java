package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two processes under the id of one node.
@Timeout(120)
final class SameIdTest {
    private static final String PATIENCE = "initial.broker.registration.timeout.ms=2000";

    @TempDir
    private Path directory;

    private Founder founder() throws IOException {
        return new Founder(directory.resolve("1"), "-o",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT");
    }

    private List<String> joiner(Founder founder, String name, String... more)
        throws IOException {
        var words = Founder.words(directory.resolve(name), Founder.freePort(), "--join",
            "127.0.0.1:" + founder.peerPort(), more);
        words.addAll(List.of("-o", PATIENCE));
        return words;
    }

    private static Serving.Outcome open(List<String> words) {
        var start = (CommandLine.Start) CommandLine.read(words);
        var settings = ((ServerSettings.Outcome.Accepted) ServerSettings.of(start)).settings();
        return Serving.open(settings, escaped -> {
        }, fatal -> {
        });
    }

    private static Serving serve(List<String> words) {
        return switch (open(words)) {
            case Serving.Outcome.Ready ready -> ready.serving();
            case Serving.Outcome.Failed failed -> throw new AssertionError(failed.reason());
        };
    }

    private static String refusal(List<String> words) {
        return switch (open(words)) {
            case Serving.Outcome.Failed failed -> failed.reason();
            case Serving.Outcome.Ready ready -> {
                ready.serving().close();
                yield "it serves";
            }
        };
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var entries = Files.walk(from)) {
            for (var each : entries.toList())
                Files.copy(each, to.resolve(from.relativize(each)));
        }
    }

    @Test void a_new_directory_does_not_get_the_id_of_a_node_that_is_there() throws Exception {
        try (var founder = founder(); var second = serve(joiner(founder, "2"))) {
            assertThat(second.listeners()).isNotEmpty();
            assertThat(refusal(joiner(founder, "other", "-o", "node.id=2")))
                .contains("DUPLICATE_BROKER_REGISTRATION", "Node 2 is there already at 127.0.0.1:",
                    "Give one of them another node.id.");
        }
    }

    @Test void a_copy_of_a_nodes_directory_does_not_start_beside_it() throws Exception {
        try (var founder = founder(); var second = serve(joiner(founder, "2"))) {
            assertThat(second.listeners()).isNotEmpty();
            copy(directory.resolve("2"), directory.resolve("copy"));
            assertThat(refusal(joiner(founder, "copy"))).contains(
                "node 2 is a member of the quorum at 127.0.0.1:", "where nobody looks for it",
                "a copy of another one, give it an empty one");
        }
    }
}

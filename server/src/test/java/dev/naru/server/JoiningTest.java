package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest.IssueJoinToken;
import dev.naru.trust.ClusterCa;
import dev.naru.trust.Fingerprint;
import dev.naru.trust.JoinToken;
import dev.naru.trust.NodeName;
import dev.naru.trust.TrustDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Nodes come into a cluster with tokens, and are stopped on their way.
@Timeout(180)
final class JoiningTest {
    private static final long HOUR_MS = 3_600_000;

    /// The process is gone at this step.
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @TempDir
    private Path directory;

    private static ServerSettings settings(List<String> words) {
        var start = (CommandLine.Start) CommandLine.read(words);
        return ((ServerSettings.Outcome.Accepted) ServerSettings.of(start)).settings();
    }

    private static Serving.Outcome open(List<String> words, Consumer<JoinStep> passed) {
        return Serving.open(settings(words), new Serving.Ears(escaped -> {
        }, fatal -> {
        }, passed));
    }

    private static String refusal(List<String> words) {
        return switch (open(words, JoinStep.UNWATCHED)) {
            case Serving.Outcome.Failed failed -> failed.reason();
            case Serving.Outcome.Ready ready -> {
                ready.serving().close();
                yield "it serves";
            }
        };
    }

    /// Starts the node, and waits until it has its seat and all that comes with it.
    private static Serving arrive(List<String> words) throws InterruptedException {
        var arrived = new CountDownLatch(1);
        var outcome = open(words, step -> {
            if (step == JoinStep.INHERITED) arrived.countDown();
        });
        if (outcome instanceof Serving.Outcome.Failed failed)
            throw new AssertionError(failed.reason());
        assertThat(arrived.await(100, TimeUnit.SECONDS)).isTrue();
        return ((Serving.Outcome.Ready) outcome).serving();
    }

    private static void assertNode(Path data, Path founder, int nodeId) throws Exception {
        assertThat(Files.readString(data.resolve("meta.properties"))).contains("node.id=" + nodeId);
        var trust = TrustDirectory.in(data);
        assertThat(Fingerprint.of(trust.authorityCertificate())).isEqualTo(
            Fingerprint.of(TrustDirectory.in(founder).authorityCertificate()));
        assertThat(data.resolve("tls/ca-key.pem")).hasSameTextualContentAs(
            founder.resolve("tls/ca-key.pem"));
    }

    @Test void a_node_with_a_token_gets_an_id_a_certificate_a_vote_and_the_key_that_comes_with_it()
        throws Exception {
        var first = directory.resolve("1");
        var second = directory.resolve("2");
        try (var founder = new Founder(first);
            var joiner = arrive(founder.joiner(second, Founder.freePort(),
                founder.token(HOUR_MS)))) {
            assertThat(joiner.listeners()).isNotEmpty();
            assertNode(second, first, 2);
            assertThat(second.resolve("quorum.properties")).exists();
        }
    }

    @ParameterizedTest
    @EnumSource void a_node_that_is_stopped_after_a_step_goes_on_with_the_same_command(
        JoinStep step) throws Exception {
        var first = directory.resolve("1");
        var second = directory.resolve("2");
        try (var founder = new Founder(first)) {
            var words = founder.joiner(second, Founder.freePort(), founder.token(HOUR_MS));
            stop(words, step);
            try (var joiner = arrive(words)) {
                assertThat(joiner.listeners()).isNotEmpty();
                assertNode(second, first, 2);
            }
        }
    }

    /// Ends the node when it has done this step, as if its process was gone.
    private static void stop(List<String> words, JoinStep last) throws InterruptedException {
        var reached = new CountDownLatch(1);
        try {
            var outcome = open(words, step -> {
                if (step != last) return;
                reached.countDown();
                throw new Stopped();
            });
            // the last steps are on a thread of their own
            assertThat(reached.await(100, TimeUnit.SECONDS)).isTrue();
            ((Serving.Outcome.Ready) outcome).serving().close();
        } catch (Stopped stopped) {
            assertThat(reached.getCount()).isZero();
        }
    }

    @Test void what_is_no_good_token_here_is_refused_by_its_name() throws Exception {
        try (var founder = new Founder(directory.resolve("1"));
            var other = new Founder(directory.resolve("other"))) {
            var wrong = new JoinToken(founder.token(HOUR_MS).clusterId(),
                founder.token(HOUR_MS).authority(), JoinToken.Secret.random());
            assertThat(refusal(joiner(founder, "a", wrong)))
                .contains("CLUSTER_AUTHORIZATION_FAILED", "no such join token");
            var expired = founder.token(1);
            pass(expired);
            assertThat(refusal(joiner(founder, "b", expired))).contains("join token has expired");
            assertThat(refusal(joiner(founder, "c", other.token(HOUR_MS))))
                .contains("not of the cluster that the token is for");
            assertThat(refusal(Founder.words(directory.resolve("d"), Founder.freePort(), "--join",
                "127.0.0.1:" + founder.peerPort(), "-o",
                "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PEERS:SSL")))
                .contains("naru cluster token");
            assertThat(refusal(Founder.words(directory.resolve("e"), Founder.freePort(), "--join",
                "127.0.0.1:" + founder.peerPort(), "--token", "naru1-abc")))
                .contains("the join token is damaged");
        }
    }

    /// Until the token has ended by the clock of this machine.
    private static void pass(JoinToken token) {
        long from = System.currentTimeMillis();
        assertThat(token.id()).isNotEmpty();
        while (System.currentTimeMillis() <= from + 1)
            Thread.onSpinWait();
    }

    private List<String> joiner(Founder founder, String name, JoinToken token)
        throws IOException {
        return founder.joiner(directory.resolve(name), Founder.freePort(), token);
    }

    @Test void a_token_is_for_one_node() throws Exception {
        try (var founder = new Founder(directory.resolve("1"))) {
            var token = founder.token(HOUR_MS);
            try (var joiner = arrive(joiner(founder, "2", token))) {
                assertThat(joiner.listeners()).isNotEmpty();
                assertThat(refusal(joiner(founder, "3", token)))
                    .contains("CLUSTER_AUTHORIZATION_FAILED",
                        "was used by another node, node 2");
            }
        }
    }

    @Test void a_node_without_the_authoritys_key_takes_a_join_to_one_that_has_it()
        throws Exception {
        try (var founder = new Founder(directory.resolve("1"))) {
            int port = Founder.freePort();
            try (var second = arrive(founder.joiner(directory.resolve("2"), port,
                founder.token(HOUR_MS)))) {
                assertThat(second.listeners()).isNotEmpty();
                Files.delete(directory.resolve("2/tls/ca-key.pem"));
                var words = Founder.words(directory.resolve("3"), Founder.freePort(), "--join",
                    "127.0.0.1:" + port, "--token", founder.token(HOUR_MS).print());
                try (var third = arrive(words)) {
                    assertThat(third.listeners()).isNotEmpty();
                    assertThat(directory.resolve("3/tls/node.pem")).exists();
                    assertThat(directory.resolve("3/tls/ca-key.pem")).doesNotExist();
                }
            }
        }
    }

    @Test void several_addresses_are_tried_until_one_helps() throws Exception {
        try (var founder = new Founder(directory.resolve("1"))) {
            var words = Founder.words(directory.resolve("2"), Founder.freePort(), "--join",
                "127.0.0.1:1,127.0.0.1:" + founder.peerPort(), "--token",
                founder.token(HOUR_MS).print());
            try (var joiner = arrive(words)) {
                assertThat(joiner.listeners()).isNotEmpty();
            }
        }
    }

    @Test void where_nodes_talk_in_plaintext_there_are_no_tokens() throws Exception {
        try (var founder = new Founder(directory.resolve("1"), "-o",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT")) {
            assertThat(founder.ask(new IssueJoinToken("t", "ab".repeat(32), 1)))
                .isInstanceOfSatisfying(ClusterAnswer.Failed.class, failed -> assertThat(
                    failed.message()).startsWith("There are no join tokens where nodes talk"));
        }
    }

    @Test void a_member_whose_certificate_has_ended_gets_another_for_a_token() throws Exception {
        var third = directory.resolve("3");
        try (var founder = new Founder(directory.resolve("1"));
            var second = arrive(joiner(founder, "2", founder.token(HOUR_MS)))) {
            assertThat(second.listeners()).isNotEmpty();
            int port = Founder.freePort();
            arrive(founder.joiner(third, port, founder.token(HOUR_MS))).close();
            Files.delete(third.resolve("tls/ca-key.pem"));
            expire(directory.resolve("1"), third);
            var late = Founder.words(third, port, "--join", "127.0.0.1:" + founder.peerPort());
            assertThat(refusal(late)).contains("certificate has expired", "naru cluster token");
            try (var joiner = arrive(founder.joiner(third, port, founder.token(HOUR_MS)))) {
                assertThat(joiner.listeners()).isNotEmpty();
                assertNode(third, directory.resolve("1"), 3);
            }
        }
    }

    /// Puts a certificate of two years ago in place of the node's.
    private static void expire(Path founder, Path data) throws Exception {
        var identity = new Properties();
        try (var in = Files.newInputStream(data.resolve("meta.properties"))) {
            identity.load(in);
        }
        var name = new NodeName(identity.getProperty("cluster.id"), 3,
            Uuid.parse(identity.getProperty("directory.id")).orElseThrow());
        var authority = TrustDirectory.in(founder).authority(name.clusterId()).orElseThrow();
        var asking = ClusterCa.Asking.of(name);
        TrustDirectory.in(data).joined(asking, authority.admit(asking.request(), name, List.of(),
            System.currentTimeMillis() - 2 * 365 * 24 * HOUR_MS));
    }

    @Test void a_node_that_lost_its_certificate_is_not_a_cluster_of_its_own() throws Exception {
        var second = directory.resolve("2");
        try (var founder = new Founder(directory.resolve("1"))) {
            var words = joiner(founder, "2", founder.token(HOUR_MS));
            arrive(words).close();
            Files.delete(second.resolve("tls/ca.pem"));
            assertThat(refusal(words)).contains("has no certificate of its cluster");
        }
    }
}

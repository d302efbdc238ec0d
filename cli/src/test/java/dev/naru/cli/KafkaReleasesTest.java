package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// kafka-features says what releases of Kafka come with, in Kafka's lines.
class KafkaReleasesTest {
    private static String run(String... words) {
        var screen = new Screen();
        assertThat(screen.run(words)).as(screen.err()).isZero();
        return screen.out();
    }

    @Test void the_features_of_a_release() {
        assertThat(run("kafka-features", "version-mapping", "--release-version", "3.9-IV0"))
            .isEqualTo("""
                metadata.version=21 (3.9-IV0)
                kraft.version=1
                transaction.version=0
                group.version=0
                eligible.leader.replicas.version=0
                share.version=0
                streams.version=0
                """);
        assertThat(run("kafka-features", "version-mapping")).isEqualTo("""
            metadata.version=33 (4.4-IV2)
            kraft.version=1
            transaction.version=2
            group.version=1
            eligible.leader.replicas.version=1
            share.version=2
            streams.version=1
            """);
        assertThat(run("kafka-features", "version-mapping", "--release-version", "4.2"))
            .startsWith("metadata.version=29 (4.2)\n").contains("share.version=1\n");
    }

    @Test void what_a_level_needs() {
        assertThat(run("kafka-features", "feature-dependencies", "--feature",
            "eligible.leader.replicas.version=1", "--feature", "metadata.version=21",
            "--feature", "group.version=1", "--feature", "share.version=0")).isEqualTo("""
                eligible.leader.replicas.version=1 requires:
                    metadata.version=23 (4.0-IV1)
                metadata.version=21 (3.9-IV0) has no dependencies.
                group.version=1 has no dependencies.
                share.version=0 has no dependencies.
                """);
    }

    @Test void what_is_not_known_is_said() {
        var screen = new Screen();
        assertThat(screen.run("kafka-features", "version-mapping", "--release-version", "2.8"))
            .isEqualTo(1);
        assertThat(screen.run("kafka-features", "feature-dependencies", "--feature",
            "metadata.version=6")).isEqualTo(1);
        assertThat(screen.run("kafka-features", "feature-dependencies", "--feature", "x=1"))
            .isEqualTo(1);
        assertThat(screen.run("kafka-features", "feature-dependencies", "--feature",
            "group.version=9")).isEqualTo(1);
        assertThat(screen.run("kafka-features", "feature-dependencies")).isEqualTo(2);
        assertThat(screen.err()).contains("Unknown release version '2.8'")
            .contains("Unknown metadata.version 6").contains("Unknown feature: x")
            .contains("No feature:group.version with feature level 9");
    }

    @Test void a_pattern_is_validated_without_a_cluster() {
        assertThat(run("kafka-consumer-groups", "--validate-regex", "orders-.*"))
            .isEqualTo("The regular expression `orders-.*` is valid.\n");
        var screen = new Screen();
        assertThat(screen.run("kafka-consumer-groups", "--validate-regex", "(")).isEqualTo(1);
        assertThat(screen.out()).startsWith("The regular expression `(` is invalid: ");
    }
}

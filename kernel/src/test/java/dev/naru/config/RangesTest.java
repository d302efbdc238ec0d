package dev.naru.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Each range is tried at its ends and one past them.
class RangesTest {
    @Test void every_whole_range_ends_where_it_says() {
        int tried = 0;
        for (var definition : all()) {
            if (!(definition.allowed() instanceof Allowed.Between range)) continue;
            tried++;
            assertThat(definition.problem(Long.toString(range.low()))).as(definition.name())
                .isEmpty();
            assertThat(definition.problem(Long.toString(range.low() - 1))).as(definition.name())
                .isPresent();
            if (range.high() == Long.MAX_VALUE) continue;
            assertThat(definition.problem(Long.toString(range.high()))).as(definition.name())
                .isEmpty();
            assertThat(definition.problem(Long.toString(range.high() + 1))).as(definition.name())
                .isPresent();
        }
        assertThat(tried).isGreaterThan(200);
    }

    @Test void every_share_ends_where_it_says() {
        for (var definition : all()) {
            if (!(definition.allowed() instanceof Allowed.Share range)) continue;
            assertThat(definition.problem(Double.toString(range.low()))).isEmpty();
            assertThat(definition.problem(Double.toString(range.high()))).isEmpty();
            assertThat(definition.problem(Double.toString(Math.nextDown(range.low())))).isPresent();
            assertThat(definition.problem(Double.toString(Math.nextUp(range.high())))).isPresent();
            assertThat(definition.problem("NaN")).isPresent();
        }
    }

    @Test void whole_numbers_stay_within_their_type() {
        assertThat(problem("num.partitions", "2147483647")).isEmpty();
        assertThat(problem("num.partitions", "2147483648")).contains("2147483647");
        assertThat(problem("offsets.topic.replication.factor", "32767")).isEmpty();
        assertThat(problem("offsets.topic.replication.factor", "32768")).contains("32767");
        assertThat(problem("log.retention.bytes", "9223372036854775807")).isEmpty();
        assertThat(problem("log.retention.bytes", "9223372036854775808")).contains("whole number");
        assertThat(problem("num.partitions", "")).contains("whole number");
    }

    @Test void words_are_the_ones_allowed() {
        assertThat(problem("compression.gzip.level", "-1")).isEmpty();
        assertThat(problem("compression.gzip.level", "0")).contains("must be one of");
        assertThat(problem("compression.gzip.level", "9")).isEmpty();
        assertThat(problem("compression.gzip.level", "10")).contains("must be one of");
        assertThat(problem("group.consumer.migration.policy", "Upgrade")).isEmpty();
        assertThat(problem("log.cleanup.policy", "Delete")).contains("must be one of");
        assertThat(problem("log.cleanup.policy", "")).isEmpty();
        assertThat(problem("group.consumer.assignors", "")).contains("must not be empty");
    }

    private static String problem(String name, String value) {
        return BrokerDefinitions.problem(name, value).orElse("");
    }

    private static List<SettingDefinition> all() {
        var all = new ArrayList<SettingDefinition>();
        all.addAll(BrokerDefinitions.all());
        all.addAll(TopicDefinitions.all());
        all.addAll(GroupDefinitions.all());
        all.addAll(ClientMetricsDefinitions.all());
        return all;
    }
}

package dev.naru.wiregen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class VersionsTest {
    private static final Versions VALID = new Versions(2, 9);

    @Test void a_range_is_one_version_or_two_ends_or_open() {
        assertThat(Versions.parse("3")).isEqualTo(new Versions(3, 3));
        assertThat(Versions.parse("3-7")).isEqualTo(new Versions(3, 7));
        assertThat(Versions.parse("3+")).isEqualTo(new Versions(3, Short.MAX_VALUE));
        assertThat(Versions.parse("none").isEmpty()).isTrue();
    }

    @Test void ranges_that_do_not_meet_have_nothing_in_common() {
        assertThat(VALID.and(Versions.parse("10+"))).isEqualTo(Versions.NONE);
        assertThat(VALID.and(Versions.parse("0-2"))).isEqualTo(new Versions(2, 2));
    }

    @Test void a_test_asks_only_what_is_not_known() {
        assertThat(Versions.parse("0+").test(VALID)).isEqualTo("true");
        assertThat(Versions.parse("0-1").test(VALID)).isEqualTo("false");
        assertThat(Versions.parse("4+").test(VALID)).isEqualTo("_version >= 4");
        assertThat(Versions.parse("0-4").test(VALID)).isEqualTo("_version <= 4");
        assertThat(Versions.parse("4-5").test(VALID))
            .isEqualTo("_version >= 4 && _version <= 5");
        assertThat(Versions.parse("4").test(VALID)).isEqualTo("_version == 4");
    }
}

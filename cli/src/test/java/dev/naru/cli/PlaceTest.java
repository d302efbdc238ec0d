package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlaceTest {
    @Test void places_are_written_as_in_other_tools() {
        assertThat(Place.parse("start")).isEqualTo(new Place.Start());
        assertThat(Place.parse("beginning")).isEqualTo(new Place.Start());
        assertThat(Place.parse("end")).isEqualTo(new Place.End());
        assertThat(Place.parse("stored")).isEqualTo(new Place.Stored());
        assertThat(Place.parse("42")).isEqualTo(new Place.At(42));
        assertThat(Place.parse("+2")).isEqualTo(new Place.AfterStart(2));
        assertThat(Place.parse("-3")).isEqualTo(new Place.BeforeEnd(3));
        assertThat(Place.parse("@1700000000000")).isEqualTo(new Place.Time(1_700_000_000_000L));
    }

    @Test void what_is_no_place_is_refused() {
        assertThatThrownBy(() -> Place.parse("soon")).isInstanceOf(Failed.class)
            .hasMessageContaining("'soon' is not an offset");
        assertThatThrownBy(() -> Place.parse("-")).isInstanceOf(Failed.class);
        assertThatThrownBy(() -> Place.parse("")).isInstanceOf(Failed.class);
    }

    @Test void ranges_begin_and_end() {
        assertThat(Place.parseRange("s@1700000000")).isEqualTo(
            new Place.Range(new Place.Time(1_700_000_000_000L), Optional.empty()));
        assertThat(Place.parseRange("e@1700000000000").until())
            .contains(new Place.Time(1_700_000_000_000L));
        assertThat(Place.parseRange("3:7")).isEqualTo(
            new Place.Range(new Place.At(3), Optional.of(new Place.At(7))));
        assertThat(Place.parseRange(":end")).isEqualTo(
            new Place.Range(new Place.Start(), Optional.of(new Place.End())));
        assertThat(Place.parseRange("@1700000000000:1700000000001")).isEqualTo(new Place.Range(
            new Place.Time(1_700_000_000_000L), Optional.of(new Place.Time(1_700_000_000_001L))));
    }

    @Test void times_of_day_keep_their_colons() {
        assertThat(Place.parseRange("@2026-01-31T10:00:00Z")).isEqualTo(
            new Place.Range(new Place.Time(1_769_853_600_000L), Optional.empty()));
    }

    @Test void a_time_is_a_number_a_date_or_a_while_ago() {
        assertThat(Moments.parse("1700000000", 0, ZoneOffset.UTC)).isEqualTo(1_700_000_000_000L);
        assertThat(Moments.parse("1700000000001", 0, ZoneOffset.UTC))
            .isEqualTo(1_700_000_000_001L);
        assertThat(Moments.parse("1700000000001000000", 0, ZoneOffset.UTC))
            .isEqualTo(1_700_000_000_001L);
        assertThat(Moments.parse("1970-01-02", 0, ZoneOffset.UTC)).isEqualTo(86_400_000L);
        assertThat(Moments.parse("-90m", 5_400_001L, ZoneOffset.UTC)).isEqualTo(1);
        assertThat(Moments.ofKafka("1970-01-01T00:00:01.500")).isEqualTo(1_500);
        assertThat(Moments.ofKafka("1970-01-01T01:00:00.000+01:00")).isZero();
    }
}

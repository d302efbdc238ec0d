package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the measuring tools count, and the lines that scripts take apart.
class MeasuringTest {
    private static Samples samples(long... values) {
        var samples = new Samples();
        for (long value : values) {
            samples.add(value);
        }
        return samples;
    }

    @Test void percentiles_are_those_of_all_samples() {
        var hundred = new Samples();
        for (int i = 100; i > 0; i--) {
            hundred.add(i);
        }
        assertThat(hundred.percentile(0.5)).isEqualTo(51);
        assertThat(hundred.percentile(0.99)).isEqualTo(100);
        assertThat(hundred.max()).isEqualTo(100);
        assertThat(hundred.mean()).isEqualTo(50.5);
        assertThat(new Samples().percentile(0.99)).isZero();
    }

    @Test void a_long_run_is_sampled_evenly() {
        var many = new Samples();
        for (int i = 0; i < 2_000_000; i++) {
            many.add(i);
        }
        assertThat(many.count()).isEqualTo(2_000_000);
        assertThat(many.percentile(0.5)).isBetween(990_000L, 1_010_000L);
        assertThat(many.max()).isEqualTo(1_999_999);
    }

    @Test void a_rate_holds_work_back_and_none_does_not() {
        var pace = new Pace(100, 0);
        assertThat(pace.waitNs(100, 0)).isEqualTo(1_000_000_000L);
        assertThat(pace.waitNs(100, 2_000_000_000L)).isZero();
        assertThat(new Pace(-1, 0).waitNs(1_000_000, 0)).isZero();
    }

    @Test void lines_of_the_producer_test_keep_their_shape() {
        var reached = new ProduceRun.Reached(4, 4 << 20, 2, samples(1, 2, 3, 10));
        assertThat(KafkaProducerPerf.window(reached)).startsWith("4 records sent, 2.0 records/sec"
            + " (2.00 MB/sec), 4.0 ms avg latency, 10.0 ms max latency.");
        assertThat(KafkaProducerPerf.total(reached, "")).isEqualTo("4 records sent, 2.000000"
            + " records/sec (2.00 MB/sec), 4.00 ms avg latency, 10.00 ms max latency, 3 ms 50th,"
            + " 10 ms 95th, 10 ms 99th, 10 ms 99.9th.");
    }

    @Test void lines_of_the_consumer_test_keep_their_shape() {
        var dates = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
        var reached = new ConsumeRun.Reached(0, 4_000, 6 << 20, 30,
            new ConsumeRun.Stretch(4_000, 6 << 20, 30, 1_000));
        assertThat(KafkaConsumerPerf.line(dates, reached, false)).isEqualTo(
            "00:00:00, 00:00:04, 6.0000, 1.5000, 30, 7.5000, 1000, 3000, 2.0000, 10.0000");
        assertThat(KafkaConsumerPerf.line(dates, reached, true))
            .startsWith("00:00:04, 0, 6.0000, 1.5000, 30");
        assertThat(KafkaConsumerPerf.header(false)).isEqualTo("start.time, end.time,"
            + " data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms,"
            + " fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec");
        assertThat(KafkaShareConsumerPerf.line(dates, 0, 2_000, 3 << 20, 10)).isEqualTo(
            "00:00:00, 00:00:02, 3.0000, 1.5000, 5.0000, 10, 2000");
    }

    @Test void latencies_are_told_in_whole_milliseconds() {
        assertThat(KafkaEndToEnd.summary(samples(1_500, 2_500))).startsWith(
            "Avg latency: 2.0000 ms").contains("Percentiles: 50th = 2, 99th = 2, 99.9th = 2");
    }

    @Test void properties_follow_one_flag_as_kafka_takes_them() {
        var given = Screen.given(new KafkaProducerPerf(), "--topic t --num-records 10"
            + " --record-size 5 --throughput -1 --producer-props bootstrap.servers=a:1 acks=1"
            + " --print-metrics");
        assertThat(given.texts("--command-property")).containsExactly("bootstrap.servers=a:1",
            "acks=1");
        assertThat(given.has("--print-metrics")).isTrue();
        var plan = KafkaProducerPerf.plan(given);
        assertThat(plan.recordCount()).isEqualTo(10);
        assertThat(plan.perSecond()).isEqualTo(-1);
        assertThat(KafkaProducerPerf.payloads(given).of(0)).hasSize(5);
    }

    @Test void exactly_one_kind_of_payload_is_given(@TempDir Path directory) throws Exception {
        var screen = Screen.given(new KafkaProducerPerf(), "--record-size 5 --payload-monotonic");
        assertThatThrownBy(() -> KafkaProducerPerf.payloads(screen)).isInstanceOf(Failed.class);
        var counting = Screen.given(new KafkaProducerPerf(), "--payload-monotonic");
        assertThat(KafkaProducerPerf.payloads(counting).of(7)).isEqualTo(bytes("7"));
        Path file = Files.writeString(directory.resolve("p"), "a\nb\n");
        var fromFile = Payloads.ofFile(file.toString(), "\\n");
        assertThat(List.of("a", "b")).contains(new String(fromFile.of(0),
            StandardCharsets.UTF_8));
    }

    @Test void the_older_words_of_the_latency_test_stand_for_its_flags() {
        assertThat(KafkaEndToEnd.named(List.of("a:1", "t", "10", "all", "5"))).containsExactly(
            "--bootstrap-server", "a:1", "--topic", "t", "--num-records", "10",
            "--producer-acks", "all", "--record-size", "5");
        assertThatThrownBy(() -> KafkaEndToEnd.named(List.of("a:1", "t")))
            .isInstanceOf(Failed.class);
    }

    @Test void events_are_lines_of_json() {
        assertThat(Events.line(5, "startup_complete", Map.of()))
            .isEqualTo("{\"timestamp\":5,\"name\":\"startup_complete\"}");
    }

    @Test void verifiable_records_count_up_and_their_keys_come_round() {
        var plan = KafkaVerifiableProducer.plan(Screen.given(new KafkaVerifiableProducer(),
            "--topic t --value-prefix 3 --repeating-keys 2 --message-create-time 1000"));
        var record = plan.record(5, 20);
        assertThat(record.value()).isEqualTo(bytes("3.5"));
        assertThat(record.key()).isEqualTo(bytes("1"));
        assertThat(record.timestamp()).isEqualTo(1_020);
        var plain = KafkaVerifiableProducer.plan(Screen.given(new KafkaVerifiableProducer(),
            "--topic t"));
        assertThat(plain.record(5, 20).key()).isNull();
        assertThat(plain.record(5, 20).timestamp()).isNull();
    }

    @Test void a_verifiable_consumer_is_of_either_protocol() {
        var next = KafkaVerifiableConsumer.properties(Screen.given(new KafkaVerifiableConsumer(),
            "--group-id g --group-protocol CONSUMER --group-remote-assignor range"
                + " --session-timeout 9000"));
        assertThat(next).containsEntry("group.protocol", "consumer")
            .containsEntry("group.remote.assignor", "range")
            .doesNotContainKeys("session.timeout.ms", "partition.assignment.strategy");
        var classic = KafkaVerifiableConsumer.properties(
            Screen.given(new KafkaVerifiableConsumer(), "--group-id g --session-timeout 9000"));
        assertThat(classic).containsEntry("session.timeout.ms", "9000")
            .containsEntry("enable.auto.commit", "false");
    }

    @Test void records_of_a_share_group_are_accepted_released_or_rejected() {
        assertThat(verdict("--topic t")).isEqualTo(AcknowledgeType.ACCEPT);
        assertThat(verdict("--topic t --release")).isEqualTo(AcknowledgeType.RELEASE);
        assertThat(verdict("--topic t --reject")).isEqualTo(AcknowledgeType.REJECT);
        assertThatThrownBy(() -> verdict("--reject --release")).isInstanceOf(Failed.class);
        var plan = KafkaConsoleShareConsumer.plan(Screen.given(new KafkaConsoleShareConsumer(),
            "--max-messages 3 --timeout-ms 9"), List.of("t"));
        assertThat(plan.recordsMax()).isEqualTo(3);
        assertThat(plan.idleMs()).isEqualTo(9);
    }

    private static AcknowledgeType verdict(String line) {
        return KafkaConsoleShareConsumer
            .verdict(Screen.given(new KafkaConsoleShareConsumer(), line));
    }

    @Test void features_are_raised_lowered_and_disabled() {
        var up = KafkaFeatures.updates("upgrade", Screen.given(new KafkaFeatures(),
            "upgrade --feature group.version=1 --metadata 4.4-IV2"));
        assertThat(up.get("group.version")).hasToString(
            "FeatureUpdate{maxVersionLevel:1, upgradeType:UPGRADE}");
        assertThat(up.get("metadata.version")).hasToString(
            "FeatureUpdate{maxVersionLevel:33, upgradeType:UPGRADE}");
        var off = KafkaFeatures.updates("disable", Screen.given(new KafkaFeatures(),
            "disable --feature share.version --unsafe"));
        assertThat(off.get("share.version")).hasToString(
            "FeatureUpdate{maxVersionLevel:0, upgradeType:UNSAFE_DOWNGRADE}");
        assertThatThrownBy(() -> KafkaFeatures.updates("upgrade",
            Screen.given(new KafkaFeatures(), "upgrade --feature group.version")))
            .isInstanceOf(Failed.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.naru.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.wire.message.ApiKey;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every message in every version: against itself, against Kafka's classes, against damage.
final class MessageTest {
    /// There, Kafka starts from a null that it could not write; we start from no records.
    private static final List<String> RECORDS_NEVER_NULL = List.of(
        "PartitionData of ShareFetchResponse", "PartitionSnapshot of FetchSnapshotResponse");

    /// Those that Kafka does not know.
    private static final List<String> OWN = List.of("JoinClusterRequest", "JoinClusterResponse");

    static List<MessageClasses.Kind> kinds() {
        return MessageClasses.all();
    }

    static List<MessageClasses.Kind> kindsOfKafka() {
        return kinds().stream().filter(kind -> !OWN.contains(kind.name())).toList();
    }

    @Test void all_messages_are_there() {
        var names = kinds().stream().map(MessageClasses.Kind::name).toList();
        assertThat(names.stream().filter(name -> name.endsWith("Request"))).hasSize(92);
        assertThat(names.stream().filter(name -> name.endsWith("Response"))).hasSize(92);
        assertThat(names).contains("RequestHeader", "ResponseHeader", "EndTxnMarker",
            "ConsumerProtocolSubscription", "OffsetCommitKey", "OffsetCommitValue",
            "GroupMetadataValue", "TransactionLogValue", "ShareSnapshotValue");
        assertThat(ApiKey.values()).hasSize(92);
    }

    @ParameterizedTest
    @MethodSource("kinds") void what_is_written_is_read_again(MessageClasses.Kind kind)
        throws Malformed {
        var random = new RandomMessages(kind.name().hashCode());
        for (short version = kind.lowest(); version <= kind.highest(); version++) {
            for (int round = 0; round < 10; round++) {
                var bytes = random.message(kind).toBuffer(version);
                var in = new Reader(bytes);
                var message = kind.read(in, version);
                assertThat(in.remaining()).isZero();
                assertThat(message.toBuffer(version)).isEqualTo(bytes);
                assertThat(kind.read(new Reader(bytes), version)).isEqualTo(message)
                    .hasSameHashCodeAs(message);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kindsOfKafka") void kafka_reads_the_same_and_writes_the_same(
        MessageClasses.Kind kind)
        throws Malformed {
        var random = new RandomMessages(kind.name().length());
        for (short version = kind.lowest(); version <= kind.highest(); version++) {
            for (int round = 0; round < 10; round++) {
                var bytes = random.message(kind).toBuffer(version);
                var where = kind.name() + " version " + version;
                var kafka = KafkaMessages.read(kind.name(), bytes, version);
                KafkaMessages.assertSame(where, kind.read(new Reader(bytes), version), kafka);
                assertThat(KafkaMessages.write(kafka, version)).as(where).isEqualTo(bytes);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kindsOfKafka") void fields_start_as_they_do_in_kafka(MessageClasses.Kind kind)
        throws ReflectiveOperationException {
        var builder = kind.type().getMethod("builder").invoke(null);
        var fresh = builder.getClass().getMethod("build").invoke(builder);
        var kafka = KafkaMessages.type(kind.name());
        KafkaMessages.assertSame(kind.name(), fresh, KafkaMessages.fresh(kafka));
        for (var nested : kind.nested()) {
            if (RECORDS_NEVER_NULL.contains(nested.getSimpleName() + " of " + kind)) continue;
            var theirs = Class.forName(kafka.getName() + "$" + nested.getSimpleName());
            KafkaMessages.assertSame(nested.getName(), nested.getField("DEFAULT").get(null),
                KafkaMessages.fresh(theirs));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds") void a_builder_keeps_what_it_started_from(MessageClasses.Kind kind)
        throws ReflectiveOperationException {
        var message = new RandomMessages(7).message(kind);
        var builder = kind.type().getMethod("toBuilder").invoke(message);
        assertThat(builder.getClass().getMethod("build").invoke(builder)).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("kinds") void a_version_outside_of_the_schema_is_refused(
        MessageClasses.Kind kind) {
        var in = new Reader(ByteBuffer.allocate(1_000));
        assertThatThrownBy(() -> kind.read(in, (short) (kind.lowest() - 1)))
            .isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> kind.read(in, (short) (kind.highest() + 1)))
            .isInstanceOf(Malformed.class);
    }
}

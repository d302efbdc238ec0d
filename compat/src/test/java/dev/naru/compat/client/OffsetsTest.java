package dev.naru.compat.client;

import static dev.naru.compat.broker.Clients.failure;
import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteRecordsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class OffsetsTest {
    private final Clients clients;
    private final Admin admin;

    OffsetsTest(Broker broker) {
        clients = new Clients(broker);
        admin = clients.admin();
    }

    @AfterEach void close() {
        admin.close();
    }

    private ListOffsetsResultInfo offset(TopicPartition at, OffsetSpec which) {
        return got(admin.listOffsets(Map.of(at, which)).partitionResult(at));
    }

    /// Three records of the times 1000, 3000, 2000.
    private TopicPartition threeRecords() {
        String topic = clients.topic(1);
        try (var producer = clients.producer(Map.of())) {
            for (long time : new long[]{1000, 3000, 2000}) {
                got(producer.send(new ProducerRecord<>(topic, 0, time, null, "at " + time)));
            }
        }
        return new TopicPartition(topic, 0);
    }

    @Test void the_special_offsets_of_a_log() {
        var at = threeRecords();
        assertThat(offset(at, OffsetSpec.earliest()).offset()).isZero();
        assertThat(offset(at, OffsetSpec.latest()).offset()).isEqualTo(3);
        assertThat(offset(at, OffsetSpec.earliestLocal()).offset()).isZero();
        assertThat(offset(at, OffsetSpec.latestTiered()).offset()).isEqualTo(-1);
        assertThat(offset(at, OffsetSpec.maxTimestamp()).offset()).isEqualTo(1);
        assertThat(offset(at, OffsetSpec.maxTimestamp()).timestamp()).isEqualTo(3000);
    }

    @Test void a_time_finds_the_first_record_that_is_as_late() {
        var at = threeRecords();
        assertThat(offset(at, OffsetSpec.forTimestamp(0)).offset()).isZero();
        assertThat(offset(at, OffsetSpec.forTimestamp(1001)).offset()).isEqualTo(1);
        assertThat(offset(at, OffsetSpec.forTimestamp(1001)).timestamp()).isEqualTo(3000);
        assertThat(offset(at, OffsetSpec.forTimestamp(3000)).offset()).isEqualTo(1);
        assertThat(offset(at, OffsetSpec.forTimestamp(3001)).offset()).isEqualTo(-1);
    }

    @Test void the_special_offsets_of_an_empty_log() {
        var at = new TopicPartition(clients.topic(1), 0);
        assertThat(offset(at, OffsetSpec.earliest()).offset()).isZero();
        assertThat(offset(at, OffsetSpec.latest()).offset()).isZero();
        assertThat(offset(at, OffsetSpec.maxTimestamp()).offset()).isEqualTo(-1);
        assertThat(offset(at, OffsetSpec.forTimestamp(0)).offset()).isEqualTo(-1);
    }

    @Test void the_greatest_time_within_one_batch_is_found_by_record() {
        String topic = clients.topic(1);
        try (var producer = clients
            .producer(Map.of("linger.ms", "1000", "compression.type", "lz4"))) {
            for (long time : new long[]{1000, 5000, 2000, 5000}) {
                producer.send(new ProducerRecord<>(topic, 0, time, null, "at " + time));
            }
        }
        var found = offset(new TopicPartition(topic, 0), OffsetSpec.maxTimestamp());
        assertThat(found.timestamp()).isEqualTo(5000);
        assertThat(found.offset()).isEqualTo(1);
    }

    @Test void deleted_records_are_gone_and_the_rest_keeps_its_offsets() {
        String topic = clients.topic(1);
        clients.sendOneBatch(topic, 0, List.of("a", "b", "c", "d"));
        var at = new TopicPartition(topic, 0);
        var deleted = admin.deleteRecords(Map.of(at, RecordsToDelete.beforeOffset(3)));
        assertThat(got(deleted.lowWatermarks().get(at)).lowWatermark()).isEqualTo(3);
        assertThat(offset(at, OffsetSpec.earliest()).offset()).isEqualTo(3);
        assertThat(offset(at, OffsetSpec.latest()).offset()).isEqualTo(4);
        var left = clients.everythingIn(topic);
        assertThat(left).extracting(ConsumerRecord::offset).containsExactly(3L);
        assertThat(left).extracting(ConsumerRecord::value).containsExactly("d");
    }

    @Test void all_records_can_be_deleted() {
        String topic = clients.topic(1);
        clients.send(topic, 0, List.of("a", "b"));
        var at = new TopicPartition(topic, 0);
        var deleted = admin.deleteRecords(Map.of(at, RecordsToDelete.beforeOffset(-1)));
        assertThat(got(deleted.lowWatermarks().get(at)).lowWatermark()).isEqualTo(2);
        assertThat(clients.everythingIn(topic)).isEmpty();
        clients.send(topic, 0, List.of("c"));
        assertThat(clients.everythingIn(topic)).extracting(ConsumerRecord::offset)
            .containsExactly(2L);
    }

    @Test void deleting_again_what_is_gone_changes_nothing() {
        String topic = clients.topic(1);
        clients.send(topic, 0, List.of("a", "b", "c"));
        var at = new TopicPartition(topic, 0);
        got(admin.deleteRecords(Map.of(at, RecordsToDelete.beforeOffset(2))).all());
        var again = admin.deleteRecords(Map.of(at, RecordsToDelete.beforeOffset(1)));
        assertThat(got(again.lowWatermarks().get(at)).lowWatermark()).isEqualTo(2);
    }

    @Test void nothing_past_the_end_can_be_deleted() {
        String topic = clients.topic(1);
        clients.send(topic, 0, List.of("a"));
        var at = new TopicPartition(topic, 0);
        assertThat(failure(admin.deleteRecords(Map.of(at, RecordsToDelete.beforeOffset(2))).all()))
            .isInstanceOf(OffsetOutOfRangeException.class);
    }

    @Test void a_consumer_below_the_start_of_the_log_is_reset() {
        String topic = clients.topic(1);
        clients.send(topic, 0, List.of("a", "b", "c"));
        var at = new TopicPartition(topic, 0);
        got(admin.deleteRecords(Map.of(at, RecordsToDelete.beforeOffset(2))).all());
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(at));
            consumer.seek(at, 0);
            assertThat(Clients.values(Clients.read(consumer, 1))).containsExactly("c");
        }
    }

    @Test void a_partition_that_is_not_there_has_no_records_to_delete() {
        // the client looks for the partition until its time is over
        var impatient = new DeleteRecordsOptions().timeoutMs(2000);
        var at = new TopicPartition("not-there", 0);
        assertThat(failure(
            admin.deleteRecords(Map.of(at, RecordsToDelete.beforeOffset(1)), impatient).all()))
            .isInstanceOfAny(UnknownTopicOrPartitionException.class,
                TimeoutException.class);
    }
}

package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TransactionTablesTest {
    private static final TopicPartition T0 = new TopicPartition("t", 0);

    @Test void columns_end_with_tabs_as_scripts_expect() {
        assertThat(KafkaTransactions.table(List.of("ProducerId", "X"),
            List.of(List.of("7", "long"), List.of("12345678901", ""))))
            .isEqualTo("ProducerId \tX   \t\n7          \tlong\t\n12345678901\t    \t\n");
    }

    private static Map<Long, TransactionDescription> known(TopicPartition... partitions) {
        return Map.of(9L, new TransactionDescription(1, TransactionState.ONGOING, 9, 0, 60_000,
            OptionalLong.of(5), Set.of(partitions)));
    }

    @Test void a_transaction_hangs_when_no_coordinator_knows_it_in_that_partition() {
        var open = new TxnSearch.Open(T0,
            new ProducerState(9, 0, 3, 60_000, OptionalInt.empty(), OptionalLong.of(42)));
        assertThat(TxnSearch.isHanging(open, Map.of())).isTrue();
        assertThat(TxnSearch.isHanging(open, known(new TopicPartition("t", 1)))).isTrue();
        assertThat(TxnSearch.isHanging(open, known(T0))).isFalse();
        assertThat(open.startOffset()).isEqualTo(42);
        assertThat(open.minutes(60_000 + 180_001)).isEqualTo(3);
    }

    @Test void a_producer_that_never_ended_a_transaction_counts_as_of_the_first_coordinator() {
        assertThat(TxnSearch.coordinatorEpoch(-1)).isZero();
        assertThat(TxnSearch.coordinatorEpoch(4)).isEqualTo(4);
    }

    @Test void the_verb_stands_before_or_after_the_brokers() {
        var flags = "--bootstrap-server a:1 describe --transactional-id x";
        var given = Screen.given(new KafkaTransactions(), flags);
        assertThat(given.words()).containsExactly("describe");
        assertThat(given.text("--transactional-id")).contains("x");
        assertThat(Screen.given(new KafkaTransactions(), "list --bootstrap-server a:1").words())
            .containsExactly("list");
    }

    @Test void what_is_missing_is_said_before_anyone_is_asked() {
        for (String line : List.of("abort --topic t --partition 0", "describe",
            "abort --topic t --partition 0 --producer-id 4", "find-hanging", "fly",
            "find-hanging --partition 1 --broker-id 1", "describe-producers --topic t")) {
            var screen = new Screen();
            var words = ("kafka-transactions --bootstrap-server 127.0.0.1:1 " + line).split(" ",
                -1);
            assertThat(screen.run(words)).as(line).isEqualTo(2);
            assertThat(screen.err().lines()).hasSize(1);
        }
        assertThatThrownBy(() -> TxnSearch.Scope
            .of(Screen.given(new Txns.FindHanging(), "--partition 1")))
            .hasMessageContaining("--topic");
    }
}

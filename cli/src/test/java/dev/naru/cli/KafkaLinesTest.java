package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Lines that people paste are understood as they are.
class KafkaLinesTest {
    @Test void kafka_topics_creates_a_topic() {
        var given = Screen.given(new KafkaTopics(),
            "--create --bootstrap-server localhost:9092 --replication-factor 1 --partitions 3"
                + " --topic kinaction_helloworld");
        var topic = KafkaTopics.newTopic(given, given.required("--topic"));
        assertThat(given.has("--create")).isTrue();
        assertThat(given.text("--bootstrap-server")).contains("localhost:9092");
        assertThat(topic.name()).isEqualTo("kinaction_helloworld");
        assertThat(topic.numPartitions()).isEqualTo(3);
        assertThat(topic.replicationFactor()).isEqualTo((short) 1);
    }

    @Test void kafka_topics_lists_and_describes() {
        var list = Screen.given(new KafkaTopics(), "--list --bootstrap-server localhost:9092");
        assertThat(list.has("--list")).isTrue();
        var describe = Screen.given(new KafkaTopics(),
            "--describe --bootstrap-server localhost:9092 --topic kinaction_helloworld");
        assertThat(describe.has("--describe")).isTrue();
        assertThat(describe.text("--topic")).contains("kinaction_helloworld");
    }

    @Test void the_console_producer_takes_the_broker_by_its_older_flag() {
        var given = Screen.given(new KafkaConsoleProducer(),
            "--broker-list localhost:9092 --topic kinaction_helloworld");
        assertThat(given.text("--bootstrap-server")).contains("localhost:9092");
        assertThat(given.required("--topic")).isEqualTo("kinaction_helloworld");
    }

    @Test void the_console_consumer_begins_at_the_beginning() {
        var given = Screen.given(new KafkaConsoleConsumer(), "--bootstrap-server localhost:9092"
            + " --topic kinaction_helloworld --from-beginning");
        var plan = KafkaConsoleConsumer.plan(given, false);
        assertThat(plan.topics()).containsExactly("kinaction_helloworld");
        assertThat(plan.range().from()).isEqualTo(new Place.Start());
        assertThat(plan.recordsMax()).isEqualTo(Reading.NO_LIMIT);
    }

    @Test void the_console_consumer_ends_where_it_is_told() {
        var given = Screen.given(new KafkaConsoleConsumer(), "--bootstrap-server a:1 --topic t"
            + " --partition 2 --offset 7 --max-messages 4 --timeout-ms 500");
        var plan = KafkaConsoleConsumer.plan(given, false);
        assertThat(plan.partitions()).containsExactly(2);
        assertThat(plan.range().from()).isEqualTo(new Place.At(7));
        assertThat(plan.recordsMax()).isEqualTo(4);
        assertThat(plan.idleMs()).isEqualTo(500);
    }

    @Test void a_negative_number_is_a_value_and_no_flag() {
        assertThat(Screen.given(new KafkaGetOffsets(), "--time -1").text("--time"))
            .contains("-1");
        var shift = Screen.given(new KafkaConsumerGroups(), "--reset-offsets --group g"
            + " --shift-by -10 --topic t:0,1 --execute");
        assertThat(shift.number("--shift-by")).hasValue(-10);
        assertThat(shift.texts("--topic")).containsExactly("t:0,1");
    }

    @Test void a_flag_may_stand_without_its_value_before_another() {
        var given = Screen.given(new KafkaConsumerGroups(), "--list --state --type classic");
        assertThat(given.text("--state")).contains("");
        assertThat(given.text("--type")).contains("classic");
    }

    @Test void properties_may_be_repeated_under_either_name() {
        var given = Screen.given(new KafkaConsoleConsumer(),
            "--topic t --property print.key=true --formatter-property key.separator=:");
        assertThat(given.texts("--formatter-property")).containsExactly("print.key=true",
            "key.separator=:");
    }

    @Test void brokers_may_be_assigned_by_hand() {
        assertThat(KafkaTopics.assignment("1:2,2:3"))
            .containsEntry(0, List.of(1, 2)).containsEntry(1, List.of(2, 3)).hasSize(2);
    }

    @Test void settings_in_brackets_keep_their_commas() {
        assertThat(KafkaConfigs.parse("a=1,b=[x:1,y:2],c="))
            .containsEntry("a", "1").containsEntry("b", "x:1,y:2").containsEntry("c", "");
    }

    @Test void a_range_of_partitions_does_not_include_its_end() {
        var filter = KafkaGetOffsets
            .filter(Screen.given(new KafkaGetOffsets(), "--topic-partitions a.*:1-3,b:0,c"));
        assertThat(filter.test(at("ab", 0))).isFalse();
        assertThat(filter.test(at("ab", 2))).isTrue();
        assertThat(filter.test(at("ab", 3))).isFalse();
        assertThat(filter.test(at("b", 0))).isTrue();
        assertThat(filter.test(at("b", 1))).isFalse();
        assertThat(filter.test(at("c", 9))).isTrue();
    }

    private static org.apache.kafka.common.TopicPartition at(String topic, int partition) {
        return new org.apache.kafka.common.TopicPartition(topic, partition);
    }
}

package dev.naru.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.embedded.Naru;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NaruExtensionTest {
    @RegisterExtension
    static final NaruExtension NARU = NaruExtension.with("num.partitions", "3")
        .and("auto.create.topics.enable", "false");

    private static int portSeen;

    @Test void a_test_gets_a_broker_with_the_settings_asked_for(Naru naru) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", naru.bootstrapServers()))) {
            var topic = new NewTopic("orders", Optional.empty(),
                Optional.empty());
            var created = admin.createTopics(List.of(topic));
            assertThat(created.numPartitions("orders").get()).isEqualTo(3);
        }
        isTheOnlyOne(naru);
    }

    @Test void all_tests_of_a_class_share_it(Naru naru) {
        isTheOnlyOne(naru);
    }

    @Nested
    class Inside {
        @Test void nested_classes_share_it_too(Naru naru) {
            isTheOnlyOne(naru);
        }
    }

    private static void isTheOnlyOne(Naru naru) {
        if (portSeen == 0) portSeen = naru.port();
        assertThat(naru.port()).isEqualTo(portSeen);
    }
}

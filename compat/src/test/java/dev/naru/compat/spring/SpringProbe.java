package dev.naru.compat.spring;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultAfterRollbackProcessor;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.transaction.KafkaTransactionManager;
import org.springframework.util.backoff.FixedBackOff;

/// A Spring application in a process of its own. Writes its input in transactions of a template,
/// one of which it gives up; then a listener makes one output of each input, fails at its first try
/// of some, and at every try of others, which a recoverer puts into the topic for dead letters.
/// Arguments: bootstrap, application name, how many records to write, `transactions` or `plain` for
/// the listener. Topics are named after the application. It runs until its standard input ends.
public final class SpringProbe {
    static final String FAILS_ONCE = "fails-once";
    static final String POISON = "poison";
    static final int RETRIES = 2;
    private static final String INPUT = "#{systemProperties['app']}-in";
    private static final int EACH = 5;

    private SpringProbe() {}

    public static void main(String[] arguments) throws IOException {
        System.setProperty("bootstrap", arguments[0]);
        System.setProperty("app", arguments[1]);
        System.setProperty("listener", arguments[3]);
        try (var context = new AnnotationConfigApplicationContext(Application.class)) {
            @SuppressWarnings("unchecked")
            var template = (KafkaTemplate<String, String>) context.getBean("template");
            int count = Integer.parseInt(arguments[2]);
            if (count > 0) write(template, arguments[1] + "-in", count);
            System.out.println("written");
            while (System.in.read() >= 0) {
                // until it ends
            }
        }
        System.out.println("stopped");
    }

    /// What input this number is.
    static String value(int number) {
        if (number % 20 == 5) return POISON + number;
        return number % 7 == 3 ? FAILS_ONCE + number : "v" + number;
    }

    private static void write(KafkaTemplate<String, String> template, String topic, int count) {
        for (int first = 0; first < count; first += EACH) {
            int from = first;
            template.executeInTransaction(operations -> {
                for (int number = from; number < from + EACH; number++)
                    operations.send(topic, "k" + number, value(number));
                return from;
            });
        }
        try {
            template.executeInTransaction(operations -> {
                operations.send(topic, "never").join();
                throw new IllegalStateException("given up");
            });
        } catch (IllegalStateException givenUp) {
            System.out.println("gave up");
        }
    }

    /// What Spring is told.
    @Configuration
    @EnableKafka
    public static class Application {
        private final Map<String, Object> settings = new HashMap<>(
            Map.of("bootstrap.servers", System.getProperty("bootstrap"),
                "key.serializer", StringSerializer.class, "value.serializer",
                StringSerializer.class, "key.deserializer", StringDeserializer.class,
                "value.deserializer", StringDeserializer.class, "group.id",
                System.getProperty("app"), "auto.offset.reset", "earliest", "isolation.level",
                "read_committed", "session.timeout.ms", 6_000));

        @Bean public DefaultKafkaProducerFactory<String, String> producers() {
            var all = new HashMap<>(settings);
            // what a killed one left open must not hold up a reader for long
            all.put("transaction.timeout.ms", 10_000);
            var factory = new DefaultKafkaProducerFactory<String, String>(all);
            factory.setTransactionIdPrefix(System.getProperty("app") + "-txn-");
            return factory;
        }

        @Bean public KafkaTemplate<String, String> template() {
            return new KafkaTemplate<>(producers());
        }

        /// For a listener that has no transactions.
        @Bean public KafkaTemplate<String, String> plain() {
            return new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(settings));
        }

        @Bean public ConcurrentKafkaListenerContainerFactory<String, String> listeners() {
            var factory = new ConcurrentKafkaListenerContainerFactory<String, String>();
            factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(settings));
            factory.setConcurrency(2);
            var retries = new FixedBackOff(0, RETRIES);
            if (isTransactional()) {
                var template = template();
                factory.getContainerProperties()
                    .setKafkaAwareTransactionManager(new KafkaTransactionManager<>(producers()));
                factory.setAfterRollbackProcessor(new DefaultAfterRollbackProcessor<>(
                    new DeadLetterPublishingRecoverer(template), retries, template, true));
            } else {
                factory.setCommonErrorHandler(
                    new DefaultErrorHandler(new DeadLetterPublishingRecoverer(plain()), retries));
            }
            return factory;
        }

        @Bean public Copier copier() {
            return new Copier(isTransactional() ? template() : plain());
        }

        private static boolean isTransactional() {
            return System.getProperty("listener").equals("transactions");
        }
    }

    /// Copies what it hears; what is to fail fails after its copy is written.
    public static class Copier {
        private final KafkaTemplate<String, String> template;
        private final Set<String> failed = new HashSet<>();

        Copier(KafkaTemplate<String, String> template) {
            this.template = template;
        }

        @KafkaListener(topics = INPUT, containerFactory = "listeners") public void copy(
            ConsumerRecord<String, String> each) {
            template.send(System.getProperty("app") + "-out", "copy of " + each.value()).join();
            if (each.value().startsWith(POISON)) throw new IllegalStateException("fails always");
            if (each.value().startsWith(FAILS_ONCE) && isFirst(each.value()))
                throw new IllegalStateException("fails once");
            System.out.println("copied " + each.value());
        }

        private synchronized boolean isFirst(String value) {
            return failed.add(value);
        }
    }
}

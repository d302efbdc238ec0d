package dev.naru.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// `naru topic ...`, all but describe.
final class Topics {
    private Topics() {}

    static final class Create implements Command {
        @Override public Flags flags() {
            return Flags.of("naru topic create", "Creates topics.")
                .words("NAME...", "1..*", "The topics' names.")
                .text("--partitions,-p", "n", "How many partitions; else the broker's default.")
                .text("--replicas,-r", "n", "How many replicas of each; else the broker's default.")
                .texts("--config,-c", "key=value", "A setting of the topic; may be repeated.")
                .on("--if-not-exists", "Is content with a topic that is there already.")
                .on("--dry-run", "Lets the broker check the request, and creates nothing.")
                .cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            var partitions = given.integer("--partitions");
            var replicas = given.integer("--replicas");
            Map<String, String> settings = pairs("--config", given.texts("--config"));
            var wanted = new ArrayList<NewTopic>();
            for (String name : given.words()) {
                var replicasOf = replicas.isPresent()
                    ? Optional.of((short) replicas.getAsInt())
                    : Optional.<Short>empty();
                var partitionsOf = partitions.isPresent()
                    ? Optional.of(partitions.getAsInt())
                    : Optional.<Integer>empty();
                wanted.add(new NewTopic(name, partitionsOf, replicasOf).configs(settings));
            }
            try (Admin admin = Link.of(given).admin()) {
                var options = new CreateTopicsOptions().validateOnly(given.has("--dry-run"));
                var result = admin.createTopics(wanted, options);
                var outcome = new Outcome(given.has("--dry-run") ? "would be created" : "created");
                if (given.has("--if-not-exists")) {
                    outcome.accept(TopicExistsException.class, "is there already");
                }
                for (NewTopic topic : wanted) {
                    KafkaFuture<?> answer = result.values().get(topic.name());
                    outcome.add(topic.name(), answer);
                }
                return outcome.print(terminal, given.json(), "naru topic create");
            }
        }
    }

    static final class ListAll implements Command {
        @Override public Flags flags() {
            return Flags.of("naru topic list", "Lists topics with their partitions and replicas.")
                .words("REGEX", "0..1", "Only topics whose whole name matches.")
                .on("--internal,-i", "Shows internal topics too.")
                .on("--names,-q", "Writes only the names, one on each line.").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            var pattern = pattern(given.words().isEmpty() ? ".*" : given.words().getFirst());
            try (Admin admin = Link.of(given).admin()) {
                var options = new ListTopicsOptions().listInternal(given.has("--internal"));
                var names = Explain.get(admin.listTopics(options).names()).stream()
                    .filter(name -> pattern.matcher(name).matches()).sorted().toList();
                if (given.has("--names") && !given.json()) {
                    names.forEach(terminal::line);
                    return 0;
                }
                var sheet = new Sheet("name", "partitions", "replicas");
                for (TopicDescription topic : described(admin, names).values()) {
                    sheet.row(topic.name(), topic.partitions().size(), replicas(topic));
                }
                sheet.print(terminal, given.json());
                return 0;
            }
        }
    }

    static final class Delete implements Command {
        @Override public Flags flags() {
            return Flags.of("naru topic delete", "Deletes topics and all of their records.")
                .words("NAME...", "1..*", "The topics' names.")
                .on("--if-exists", "Is content if a topic is not there.").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            try (Admin admin = Link.of(given).admin()) {
                var answers = admin.deleteTopics(given.words()).topicNameValues();
                var outcome = new Outcome("deleted");
                if (given.has("--if-exists")) {
                    outcome.accept(UnknownTopicOrPartitionException.class, "is not there");
                }
                for (String name : given.words()) {
                    outcome.add(name, answers == null ? null : answers.get(name));
                }
                return outcome.print(terminal, given.json(), "naru topic delete");
            }
        }
    }

    static final class Alter implements Command {
        @Override public Flags flags() {
            return Flags.of("naru topic alter", "Changes settings of topics.")
                .words("NAME...", "1..*", "The topics' names.")
                .texts("--set,-s", "key=value", "Sets one; may be repeated.")
                .texts("--unset,-u", "key", "Returns one to its default; may be repeated.")
                .cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            var changes = new ArrayList<AlterConfigOp>();
            pairs("--set", given.texts("--set")).forEach((key, value) -> changes
                .add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
            for (String key : given.texts("--unset")) {
                changes.add(new AlterConfigOp(new ConfigEntry(key, ""),
                    AlterConfigOp.OpType.DELETE));
            }
            if (changes.isEmpty()) throw Failed.usage("nothing to change; give --set or --unset");
            var names = given.words();
            var asked = new LinkedHashMap<ConfigResource, java.util.Collection<AlterConfigOp>>();
            for (String name : names) {
                asked.put(new ConfigResource(ConfigResource.Type.TOPIC, name), changes);
            }
            try (Admin admin = Link.of(given).admin()) {
                var answers = admin.incrementalAlterConfigs(asked).values();
                var outcome = new Outcome("changed");
                asked.keySet().forEach(topic -> outcome.add(topic.name(), answers.get(topic)));
                return outcome.print(terminal, given.json(), "naru topic alter");
            }
        }
    }

    static final class AddPartitions implements Command {
        @Override public Flags flags() {
            return Flags.of("naru topic add-partitions", "Adds partitions to topics.")
                .words("NAME...", "1..*", "The topics' names.")
                .text("--num,-n", "n", "How many to add to each.")
                .text("--total", "n", "How many each shall have afterwards.")
                .on("--dry-run", "Lets the broker check the request, and adds nothing.")
                .cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            var more = given.integer("--num");
            var total = given.integer("--total");
            if (more.isPresent() == total.isPresent()) {
                throw Failed.usage("give either --num or --total");
            }
            try (Admin admin = Link.of(given).admin()) {
                var asked = new LinkedHashMap<String, NewPartitions>();
                described(admin, given.words()).forEach((name, topic) -> asked.put(name,
                    NewPartitions.increaseTo(total.orElse(0) > 0
                        ? total.getAsInt()
                        : topic.partitions().size() + more.orElse(0))));
                var options = new CreatePartitionsOptions().validateOnly(given.has("--dry-run"));
                var answers = admin.createPartitions(asked, options).values();
                var outcome = new Outcome("has more partitions");
                asked.keySet().forEach(name -> outcome.add(name, answers.get(name)));
                return outcome.print(terminal, given.json(), "naru topic add-partitions");
            }
        }
    }

    static final class Trim implements Command {
        @Override public Flags flags() {
            return Flags.of("naru topic trim", "Deletes the records before an offset.")
                .words("NAME", "1", "The topic's name.")
                .text("--offset,-o", "place", "Where to begin anew: 42, end, -3, @time.")
                .texts("--partition,-p", "n", "Only this partition; may be repeated.")
                .cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            String name = given.words().getFirst();
            Place place = Place.parse(given.required("--offset"));
            List<Integer> only = integers("--partition", given.texts("--partition"));
            Link link = Link.of(given);
            try (Admin admin = link.admin(); var consumer = link.consumer(Map.of())) {
                var partitions = described(admin, List.of(name)).values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .map(found -> new TopicPartition(name, found.partition()))
                    .filter(found -> only.isEmpty() || only.contains(found.partition())).toList();
                if (partitions.isEmpty()) throw Failed.because(name + " has no such partition");
                var asked = new TreeMap<TopicPartition, RecordsToDelete>(Order.BY_PARTITION);
                new Places(consumer).resolve(partitions, place).forEach((tp, offset) -> asked
                    .put(tp, RecordsToDelete.beforeOffset(offset)));
                var answers = admin.deleteRecords(asked).lowWatermarks();
                var sheet = new Sheet("topic", "partition", "logStartOffset");
                asked.keySet().forEach(tp -> sheet.row(tp.topic(), tp.partition(),
                    Explain.get(answers.get(tp)).lowWatermark()));
                sheet.print(terminal, given.json());
                return 0;
            }
        }
    }

    static Map<String, TopicDescription> described(Admin admin, List<String> names) {
        return new TreeMap<>(Explain.get(admin.describeTopics(names).allTopicNames()));
    }

    /// The offsets of partitions, those that can be had: a partition without a leader has none.
    static Map<TopicPartition, ListOffsetsResultInfo> offsets(Admin admin,
        Map<TopicPartition, OffsetSpec> asked) {
        var found = new HashMap<TopicPartition, ListOffsetsResultInfo>();
        if (asked.isEmpty()) return found;
        var result = admin.listOffsets(asked);
        for (TopicPartition partition : asked.keySet()) {
            try {
                found.put(partition, Explain.get(result.partitionResult(partition)));
            } catch (KafkaException e) {
                if (asked.size() == 1) throw e;
            }
        }
        return found;
    }

    static Pattern pattern(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (java.util.regex.PatternSyntaxException e) {
            throw Failed.usage("'" + regex + "' is not a regular expression: "
                + e.getDescription());
        }
    }

    static Map<String, String> pairs(String flag, List<String> texts) {
        var pairs = new LinkedHashMap<String, String>();
        for (String text : texts) {
            String[] pair = Given.pair(flag, text);
            pairs.put(pair[0], pair[1]);
        }
        return pairs;
    }

    /// Numbers from a repeatable flag, each of which may be a comma-separated list.
    static List<Integer> integers(String flag, List<String> texts) {
        var numbers = new ArrayList<Integer>();
        for (String text : texts) {
            for (String one : Given.commas(text)) {
                numbers.add(Given.smallNumber(flag, one));
            }
        }
        return numbers;
    }

    static int replicas(TopicDescription topic) {
        return topic.partitions().isEmpty() ? 0 : topic.partitions().getFirst().replicas().size();
    }
}

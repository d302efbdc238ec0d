package dev.naru.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.TopicPartition;

/// `naru group ...` for groups of all kinds, and `naru share ...` for share groups only.
final class Groups {
    static final String ANY = "group";
    static final String SHARE = "share";

    private Groups() {}

    static final class ListAll implements Command {
        private final String noun;

        ListAll(String noun) {
            this.noun = noun;
        }

        @Override public Flags flags() {
            var flags = Flags.of("naru " + noun + " list",
                noun.equals(SHARE) ? "Lists share groups." : "Lists groups of all kinds.")
                .on("--lag,-l", "Shows how many records each has still to read.")
                .on("--names,-q", "Writes only the names, one on each line.")
                .texts("--state,-s", "state", "Only these states, such as Stable or Empty.");
            if (noun.equals(ANY)) {
                flags.texts("--type,-t", "type", "Only classic, consumer, share or streams.");
            }
            return flags.cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            try (Admin admin = Link.of(given).admin()) {
                List<GroupListing> groups = Groups.list(admin, noun).stream()
                    .filter(group -> isWanted(given.texts("--state"), state(group)))
                    .filter(group -> noun.equals(SHARE)
                        || isWanted(given.texts("--type"), type(group)))
                    .toList();
                if (given.has("--names") && !given.json()) {
                    groups.forEach(group -> terminal.line(group.groupId()));
                    return 0;
                }
                sheet(admin, groups, given.has("--lag")).print(terminal, given.json());
                return 0;
            }
        }

        private static Sheet sheet(Admin admin, List<GroupListing> groups, boolean withLag) {
            Map<String, Long> lags = withLag ? lags(admin, groups) : Map.of();
            var sheet = withLag
                ? new Sheet("group", "type", "state", "lag")
                : new Sheet("group", "type", "state");
            for (GroupListing group : groups) {
                if (withLag) {
                    Long lag = lags.get(group.groupId());
                    sheet.row(group.groupId(), type(group), state(group),
                        lag == null ? "" : lag);
                } else {
                    sheet.row(group.groupId(), type(group), state(group));
                }
            }
            return sheet;
        }

        private static Map<String, Long> lags(Admin admin, List<GroupListing> groups) {
            var lags = new HashMap<String, Long>();
            for (GroupKind kind : GroupKind.values()) {
                var names = groups.stream().filter(group -> GroupKind.of(group) == kind)
                    .filter(Groups::readsTopics).map(GroupListing::groupId).toList();
                GroupPicture.of(admin, kind, names)
                    .forEach(picture -> lags.put(picture.group(), picture.lag()));
            }
            return lags;
        }
    }

    static final class Describe implements Command {
        private final String noun;

        Describe(String noun) {
            this.noun = noun;
        }

        @Override public Flags flags() {
            return Flags.of("naru " + noun + " describe", "Shows members, offsets and lag.")
                .words("GROUP...", "0..*", "The groups; all of them if none is named.")
                .on("--members,-m", "Shows the members too.").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            try (Admin admin = Link.of(given).admin()) {
                List<String> names = given.words().isEmpty()
                    ? Groups.list(admin, noun).stream().filter(Groups::readsTopics)
                        .map(GroupListing::groupId).toList()
                    : given.words();
                var pictures = new LinkedHashMap<String, GroupPicture>();
                byKind(admin, noun, names).forEach((kind, some) -> GroupPicture
                    .of(admin, kind, some)
                    .forEach(picture -> pictures.put(picture.group(), picture)));
                var objects = new ArrayList<Map<String, Object>>();
                for (String name : names) {
                    GroupPicture picture = pictures.get(name);
                    if (picture == null) continue;
                    objects.add(picture.object());
                    if (!given.json()) picture.print(terminal, given.has("--members"));
                }
                if (given.json()) terminal.line(Json.pretty(objects));
                return 0;
            }
        }
    }

    static final class Delete implements Command {
        private final String noun;
        private final boolean onlyOffsets;

        Delete(String noun, boolean onlyOffsets) {
            this.noun = noun;
            this.onlyOffsets = onlyOffsets;
        }

        private String name() {
            return "naru " + noun + (onlyOffsets ? " delete-offsets" : " delete");
        }

        @Override public Flags flags() {
            return Flags.of(name(), onlyOffsets
                ? "Makes groups forget where they are in some topics."
                : "Deletes groups that have no members.")
                .words("GROUP...", "1..*", "The groups' names.")
                .texts("--topic,-t", "topic[:0,1]",
                    "Deletes only the offsets for these; a share group forgets whole topics.")
                .cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            if (onlyOffsets) {
                if (!given.has("--topic")) throw Failed.usage("--topic is missing; name topics");
            }
            try (Admin admin = Link.of(given).admin()) {
                var kinds = byKind(admin, noun, given.words());
                var outcome = new Outcome(given.has("--topic") ? "offset deleted" : "deleted");
                kinds.forEach((kind, groups) -> {
                    if (given.has("--topic")) offsets(admin, kind, groups, given, outcome);
                    else {
                        var answers = kind.delete(admin, groups);
                        groups.forEach(group -> outcome.add(group, answers.get(group)));
                    }
                });
                return outcome.print(terminal, given.json(), name());
            }
        }

        private static void offsets(Admin admin, GroupKind kind, List<String> groups,
            Given given, Outcome outcome) {
            for (String group : groups) {
                var named = new GroupMove(admin, kind, group).partitions(given.texts("--topic"));
                kind.deleteOffsets(admin, group, named)
                    .forEach((what, answer) -> outcome.add(group + " " + what, answer));
            }
        }
    }

    static List<GroupListing> list(Admin admin, String noun) {
        return noun.equals(SHARE) ? GroupKind.SHARE.list(admin) : GroupKind.all(admin);
    }

    /// The groups under their kinds, each in the order given.
    static Map<GroupKind, List<String>> byKind(Admin admin, String noun, List<String> groups) {
        var byKind = new LinkedHashMap<GroupKind, List<String>>();
        if (noun.equals(SHARE)) {
            byKind.put(GroupKind.SHARE, groups);
            return byKind;
        }
        GroupKind.kinds(admin, groups).forEach((group, kind) -> byKind
            .computeIfAbsent(kind, key -> new ArrayList<>()).add(group));
        return byKind;
    }

    /// Classic groups of other things than consumers, such as Connect's workers, read nothing.
    static boolean readsTopics(GroupListing group) {
        return GroupKind.of(group) != GroupKind.CONSUMER || group.protocol().isEmpty()
            || group.protocol().equals("consumer");
    }

    static String type(GroupListing group) {
        return group.type().map(Object::toString).orElse("");
    }

    static String state(GroupListing group) {
        return group.groupState().map(Object::toString).orElse("");
    }

    private static boolean isWanted(List<String> only, String value) {
        var words = new ArrayList<String>();
        only.forEach(one -> words.addAll(Given.commas(one.toLowerCase(Locale.ROOT))));
        return words.isEmpty() || words.contains(value.toLowerCase(Locale.ROOT));
    }

    static Optional<GroupKind> fixedKind(String noun) {
        return noun.equals(SHARE) ? Optional.of(GroupKind.SHARE) : Optional.empty();
    }

    /// `topic:0,1,other:3`: partitions grouped by topic.
    static String assignment(Set<TopicPartition> partitions) {
        var sorted = new TreeSet<>(Order.BY_PARTITION);
        sorted.addAll(partitions);
        var byTopic = new LinkedHashMap<String, List<String>>();
        for (TopicPartition partition : sorted) {
            byTopic.computeIfAbsent(partition.topic(), key -> new ArrayList<>())
                .add(Integer.toString(partition.partition()));
        }
        var texts = new ArrayList<String>();
        byTopic.forEach((topic, numbers) -> texts.add(topic + ":" + String.join(",", numbers)));
        return String.join(";", texts);
    }
}

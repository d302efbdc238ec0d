package dev.naru.cli;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupType;

/// kafka-groups: groups of all kinds (KIP-1043).
final class KafkaGroups implements Command {
    @Override public Flags flags() {
        return Flags.of("kafka-groups", "Lists groups of all kinds.")
            .on("--list", "Lists the groups.")
            .text("--group-type", "type", "Only classic, consumer, share or streams.")
            .text("--protocol", "protocol", "Only groups of this protocol.")
            .on("--consumer", "Only groups of consumers, classic and new.")
            .on("--share", "Only share groups.").on("--streams", "Only streams groups.")
            .kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return "Error while executing groups command : ";
    }

    @Override public int run(Given given, Terminal terminal) {
        if (!given.has("--list")) throw Failed.usage("give --list");
        Predicate<GroupListing> filter = filter(given);
        try (Admin admin = Link.ofKafka(given).admin()) {
            terminal.out().print(table(GroupKind.all(admin).stream().filter(filter).toList()));
            return 0;
        }
    }

    static Predicate<GroupListing> filter(Given given) {
        long ways = List.of("--consumer", "--share", "--streams").stream().filter(given::has)
            .count();
        boolean byType = given.has("--group-type") || given.has("--protocol");
        if (ways > 1 || (ways == 1 && byType)) {
            throw Failed.usage("give one of --consumer, --share and --streams, or --group-type and"
                + " --protocol");
        }
        if (given.has("--share")) return group -> GroupKind.of(group) == GroupKind.SHARE;
        if (given.has("--streams")) return group -> GroupKind.of(group) == GroupKind.STREAMS;
        if (given.has("--consumer")) {
            return group -> GroupKind.of(group) == GroupKind.CONSUMER && Groups.readsTopics(group);
        }
        String type = given.text("--group-type", "").toLowerCase(Locale.ROOT);
        boolean known = type.isEmpty() || GroupType.parse(type) != GroupType.UNKNOWN;
        if (!known) throw Failed.usage("--group-type is classic, consumer, share or streams");
        return group -> (type.isEmpty()
            || Groups.type(group).toLowerCase(Locale.ROOT).equals(type))
            && given.text("--protocol").map(wanted -> wanted.equals(group.protocol()))
                .orElse(true);
    }

    static String table(List<GroupListing> groups) {
        var grid = new Grid().column("GROUP", 25).column("TYPE", 10).column("PROTOCOL", 10);
        groups.forEach(group -> grid.row(group.groupId(), Groups.type(group), group.protocol()));
        return grid.text();
    }
}

package dev.naru.cli;

import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/// The topics of a streams group: what it reads from outside, and what it keeps for itself.
record StreamsTopics(List<String> inputs, List<String> internal) {

    /// Nothing of both if there is no such group.
    static StreamsTopics of(Admin admin, String group) {
        try {
            return of(Explain.get(admin.describeStreamsGroups(List.of(group)).describedGroups()
                .get(group)));
        } catch (GroupIdNotFoundException e) {
            return new StreamsTopics(List.of(), List.of());
        }
    }

    static StreamsTopics of(StreamsGroupDescription group) {
        var inputs = new TreeSet<String>();
        var internal = new TreeSet<String>();
        group.subtopologies().forEach(part -> {
            inputs.addAll(part.sourceTopics());
            internal.addAll(part.stateChangelogTopics().keySet());
            internal.addAll(part.repartitionSourceTopics().keySet());
            internal.addAll(part.repartitionSinkTopics());
        });
        inputs.removeAll(internal);
        return new StreamsTopics(List.copyOf(inputs), List.copyOf(internal));
    }
}

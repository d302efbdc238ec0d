package dev.naru.group;

import dev.naru.base.Uuid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Who reads which partitions of a share group. Topic by topic: with no more members than
/// partitions, each partition has one member; with more, each member has one partition, and the
/// partitions have as many as each other. What a member has, it keeps as long as that is even. Pure.
final class ShareAssignor {
    private ShareAssignor() {}

    /// The new targets of all members. `mayBeAssigned` are the topics with the partitions that have
    /// a stored state.
    static Map<String, SortedMap<Uuid, List<Integer>>> assign(ShareGroup group,
        Collection<ShareMember> members, SortedMap<Uuid, ShareTopic> mayBeAssigned) {
        Map<String, SortedMap<Uuid, List<Integer>>> targets = new LinkedHashMap<>();
        members.forEach(member -> targets.put(member.id(), new TreeMap<>()));
        mayBeAssigned.forEach((topicId, topic) -> {
            var readers = members.stream()
                .filter(member -> member.terms().topics().contains(topic.name()))
                .map(ShareMember::id).toList();
            if (readers.isEmpty() || topic.partitions().isEmpty()) return;
            var before = readers.stream().map(member -> group.targetOf(member)
                .getOrDefault(topicId, List.of())).toList();
            var shares = readers.size() <= topic.partitions().size()
                ? divide(topic.partitions(), before)
                : gather(topic.partitions(), before);
            for (int at = 0; at < readers.size(); at++) {
                var share = shares.get(at);
                if (share.isEmpty()) continue;
                Collections.sort(share);
                targets.computeIfAbsent(readers.get(at), _ -> new TreeMap<>())
                    .put(topicId, List.copyOf(share));
            }
        });
        targets.replaceAll((_, partitions) -> Collections.unmodifiableSortedMap(partitions));
        return targets;
    }

    /// At least as many partitions as members: each partition to one, each member the same number or
    /// one more.
    private static List<List<Integer>> divide(List<Integer> partitions,
        List<List<Integer>> before) {
        int members = before.size();
        int least = partitions.size() / members;
        int withOneMore = partitions.size() % members;
        var free = new TreeSet<>(partitions);
        var shares = new ArrayList<List<Integer>>(members);
        for (var had : before) {
            var share = new ArrayList<Integer>();
            for (var partition : had) {
                boolean mayHaveMore = share.size() < least
                    || (share.size() == least && withOneMore > 0);
                if (!mayHaveMore || !free.remove(partition)) continue;
                share.add(partition);
                if (share.size() > least) withOneMore--;
            }
            shares.add(share);
        }
        for (var share : shares) {
            while (share.size() < least)
                share.add(free.removeFirst());
        }
        for (var share : shares) {
            if (!free.isEmpty() && share.size() == least) share.add(free.removeFirst());
        }
        return shares;
    }

    /// More members than partitions: each member has one, each partition the same number of members
    /// or one more.
    private static List<List<Integer>> gather(List<Integer> partitions,
        List<List<Integer>> before) {
        int least = before.size() / partitions.size();
        int withOneMore = before.size() % partitions.size();
        var counts = new int[partitions.size()];
        var places = new int[before.size()];
        Arrays.fill(places, -1);
        for (int member = 0; member < before.size(); member++) {
            for (var partition : before.get(member)) {
                int place = Collections.binarySearch(partitions, partition);
                if (place < 0 || places[member] >= 0) continue;
                boolean hasRoom = counts[place] < least
                    || (counts[place] == least && withOneMore > 0);
                if (!hasRoom) continue;
                if (counts[place] == least) withOneMore--;
                counts[place]++;
                places[member] = place;
            }
        }
        var shares = new ArrayList<List<Integer>>(before.size());
        for (int member = 0; member < before.size(); member++) {
            int place = places[member] >= 0 ? places[member] : emptiest(counts);
            if (places[member] < 0) counts[place]++;
            shares.add(new ArrayList<>(List.of(partitions.get(place))));
        }
        return shares;
    }

    private static int emptiest(int[] counts) {
        int best = 0;
        for (int place = 1; place < counts.length; place++) {
            if (counts[place] < counts[best]) best = place;
        }
        return best;
    }
}

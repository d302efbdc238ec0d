package dev.naru.group;

import dev.naru.base.Patterns;
import dev.naru.base.Uuid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Steps on a [ConsumerDraft] that lead from subscriptions and topics to a target assignment: look
/// at the topics, raise the group's epoch when they or the subscriptions have changed, assign.
final class ConsumerTargets {
    private static final long HASH_SEED = 0xCBF29CE484222325L;
    private static final long HASH_PRIME = 0x100000001B3L;

    private final ConsumerRules rules;
    private final GroupPorts ports;
    private final SortedMap<String, Assignor> assignors = new TreeMap<>();
    private final Assignor fallback = new UniformAssignor();

    ConsumerTargets(GroupPorts ports) {
        this.rules = ports.consumers();
        this.ports = ports;
        for (var assignor : List.of(new UniformAssignor(), new RangeAssignor())) {
            if (rules.assignors().contains(assignor.name())) {
                assignors.put(assignor.name(), assignor);
            }
        }
    }

    boolean knows(String assignor) {
        return assignors.containsKey(assignor);
    }

    /// Looks at the topics, unless neither they nor the subscriptions have changed since the last
    /// look. Raises the epoch when that matters to the assignment.
    void refresh(ConsumerDraft draft, boolean isChanged) {
        var view = ports.topics().get();
        boolean isSeen = draft.group().topicsVersion() == view.version();
        if (isSeen && !isChanged) return;
        if (!isChanged && !isConcerned(draft.group(), view)) {
            draft.fact(new ConsumerFact.TopicsSeen(draft.id(), view.version()));
            return;
        }
        var wanted = draft.wanted();
        wanted.patterns().forEach((pattern, count) -> {
            if (count > 0) resolve(draft, pattern, view);
            else if (draft.group().resolved(pattern) != null) {
                draft.fact(new ConsumerFact.PatternRemoved(draft.id(), pattern));
            }
        });
        long hash = hash(draft, wanted, view);
        if (isChanged || hash != draft.metadataHash()) draft.raise(hash);
        if (!isSeen) draft.fact(new ConsumerFact.TopicsSeen(draft.id(), view.version()));
    }

    /// Whether a topic that the group wants has changed since it looked last. Costs what has
    /// changed, not what the group reads.
    private boolean isConcerned(ConsumerGroup group, TopicsView view) {
        var changed = group.topicsVersion() < 0
            ? Optional.<SortedSet<String>>empty()
            : view.changedSince(group.topicsVersion());
        if (changed.isEmpty()) return true;
        for (var topic : changed.get()) {
            if (group.reads(topic)) return true;
        }
        for (var pattern : group.patterns()) {
            if (changed.get().stream().anyMatch(matcher(pattern))) return true;
        }
        return false;
    }

    private void resolve(ConsumerDraft draft, String pattern, TopicsView view) {
        var known = draft.resolved(pattern);
        boolean isFresh = known != null && draft.group().topicsVersion() == view.version();
        if (isFresh) return;
        var topics = matching(pattern, view);
        if (known != null && known.topics().equals(topics)) return;
        draft.resolve(pattern,
            new ConsumerFact.Resolved(topics, view.version(), draft.now().wallMs()));
    }

    private List<String> matching(String pattern, TopicsView view) {
        var matches = matcher(pattern);
        var topics = new ArrayList<String>();
        for (var topic : view.topics()) {
            if (matches.test(topic.name())) topics.add(topic.name());
        }
        return topics;
    }

    private Predicate<String> matcher(String pattern) {
        return switch (ports.patterns().compile(pattern)) {
            case Patterns.Outcome.Compiled(Predicate<String> compiled) -> compiled;
            case Patterns.Outcome.Flawed _ -> _ -> false;
        };
    }

    /// Stands for the topics that the group wants: their ids and how many partitions they have.
    private static long hash(ConsumerDraft draft, ConsumerDraft.Wanted wanted, TopicsView view) {
        var names = new TreeSet<String>();
        wanted.topics().forEach((name, count) -> {
            if (count > 0) names.add(name);
        });
        wanted.patterns().forEach((pattern, count) -> {
            var resolved = count > 0 ? draft.resolved(pattern) : null;
            if (resolved != null) names.addAll(resolved.topics());
        });
        long hash = HASH_SEED;
        for (var name : names) {
            var topic = view.topic(name);
            if (topic.isEmpty()) continue;
            hash = (hash ^ topic.get().topicId().high()) * HASH_PRIME;
            hash = (hash ^ topic.get().topicId().low()) * HASH_PRIME;
            hash = (hash ^ topic.get().partitionCount()) * HASH_PRIME;
        }
        return hash;
    }

    /// The topics that a member wants and that exist.
    SortedSet<Uuid> topicsOf(ConsumerDraft draft, ConsumerMember member) {
        return topicsOf(draft, member.said(), ports.topics().get());
    }

    private static SortedSet<Uuid> topicsOf(ConsumerDraft draft, ConsumerMember.Subscription said,
        TopicsView view) {
        var ids = new TreeSet<Uuid>();
        said.topics().forEach(name -> view.topic(name).ifPresent(it -> ids.add(it.topicId())));
        var resolved = said.pattern().isEmpty() ? null : draft.resolved(said.pattern());
        if (resolved != null) {
            resolved.topics()
                .forEach(name -> view.topic(name).ifPresent(it -> ids.add(it.topicId())));
        }
        return ids;
    }

    /// Makes a target assignment for the group's epoch if there is none yet and the last one is old
    /// enough (KIP-1263); else comes back when it is.
    void assign(ConsumerDraft draft) {
        if (draft.groupEpoch() <= draft.targetEpoch() || draft.size() == 0) return;
        long sinceMs = draft.now().wallMs() - draft.group().targetedAtMs();
        long intervalMs = ports.settings().apply(draft.id())
            .number("consumer.assignment.interval.ms");
        boolean isDue = draft.targetEpoch() == 0 || sinceMs < 0 || sinceMs >= intervalMs;
        if (!isDue) {
            draft.start(new GroupTimer.ConsumerAssignment(draft.id()), intervalMs - sinceMs);
            return;
        }
        var view = ports.topics().get();
        var task = task(draft, view);
        var assigned = assignors.getOrDefault(assignorOf(draft), fallback).assign(task);
        assigned.forEach((memberId, target) -> {
            boolean isNew = !target.equals(draft.target(memberId))
                || !draft.group().hasTarget(memberId);
            if (isNew) draft.retarget(memberId, target);
        });
        draft.targeted();
    }

    private static Assignor.Task task(ConsumerDraft draft, TopicsView view) {
        var members = new TreeMap<String, Assignor.Candidate>();
        var counts = new TreeMap<Uuid, Integer>();
        var topicsBySaid = new TreeMap<String, SortedSet<Uuid>>();
        for (var memberId : draft.memberIds()) {
            var member = draft.member(memberId);
            if (member == null) continue;
            var said = member.said();
            var topics = topicsBySaid.computeIfAbsent(said.topics() + " " + said.pattern(),
                _ -> Collections.unmodifiableSortedSet(topicsOf(draft, said, view)));
            members.put(memberId, new Assignor.Candidate(member.instanceId(), topics,
                draft.target(memberId)));
        }
        topicsBySaid.values().forEach(topics -> topics.forEach(topicId -> view.topic(topicId)
            .ifPresent(topic -> counts.put(topicId, topic.partitionCount()))));
        return new Assignor.Task(members, counts);
    }

    /// The assignor that most members ask for; the first of the settings when none does.
    String assignorOf(ConsumerDraft draft) {
        var votes = new TreeMap<String, Integer>();
        for (var memberId : draft.memberIds()) {
            var member = draft.member(memberId);
            var wish = member == null ? null : member.said().assignor();
            if (wish != null && knows(wish)) votes.merge(wish, 1, Integer::sum);
        }
        var chosen = rules.defaultAssignor();
        int most = 0;
        for (var vote : votes.entrySet()) {
            if (vote.getValue() <= most) continue;
            chosen = vote.getKey();
            most = vote.getValue();
        }
        return chosen;
    }
}

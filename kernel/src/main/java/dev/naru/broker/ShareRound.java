package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.metadata.TopicImage;
import dev.naru.share.Acknowledgement;
import dev.naru.share.SharePartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One request of a share session under way: takes its acknowledgements to the share partitions,
/// collects records from them in turn, and answers once the acknowledgements are stored and there
/// are records, an error, or no more time. Owned by the connection's loop.
final class ShareRound {
    /// What rounds need of the node: the share partitions of each loop, by the loop's index.
    record Rooms(Cluster cluster, Partitions partitions, List<ShareTable> tables, Clock clock) {}

    /// What is asked for: at most so much, for at most so long.
    record Wanted(int recordsMax, int batchSize, dev.naru.share.AcquireMode mode, int minBytes,
        int maxBytes, long maxWaitMs) {
        static final Wanted NOTHING = new Wanted(0, 0,
            dev.naru.share.AcquireMode.BATCH_OPTIMIZED, 0, 0, 0);
    }

    /// Hears that the round is over. The entries hold what was found.
    interface Answer {
        void send(List<ShareEntry> news);
    }

    private final Rooms rooms;
    private final ShareSession session;
    private final Wanted wanted;
    private final Answer answer;
    private final Loop loop;
    private final long deadlineNs;
    private final Map<ShareEntry, List<Acknowledgement>> acknowledgements = new LinkedHashMap<>();
    private final Set<ShareEntry> ready = new LinkedHashSet<>();
    private final Set<ShareEntry> parked = new LinkedHashSet<>();
    private int recordsLeft;
    private int bytesLeft;
    private int acknowledgementsLeft;
    private boolean isVisiting;
    private boolean isLast;
    private boolean isDone;
    private boolean isOver;
    private Loop.@Nullable Timer timer;

    ShareRound(Rooms rooms, ShareSession session, Wanted wanted, Answer answer) {
        this.rooms = rooms;
        this.session = session;
        this.wanted = wanted;
        this.answer = answer;
        this.loop = session.connection().loop();
        this.deadlineNs = rooms.clock().monotonicNs()
            + Math.max(0, wanted.maxWaitMs()) * Now.NS_PER_MS;
        this.recordsLeft = wanted.recordsMax();
        this.bytesLeft = wanted.maxBytes();
    }

    /// The member acknowledges, before it is lent more.
    void acknowledge(ShareEntry entry, List<Acknowledgement> all) {
        acknowledgements.put(entry, all);
    }

    void start() {
        acknowledgementsLeft = 1;
        acknowledgements.forEach(this::acknowledgeNow);
        ready.addAll(session.inTurn());
        if (wanted.recordsMax() <= 0 || ready.isEmpty()) {
            isDone = true;
        } else {
            visit();
        }
        acknowledged();
    }

    private void acknowledgeNow(ShareEntry entry, List<Acknowledgement> all) {
        var topic = rooms.cluster().image().topic(entry.part().topicId());
        if (topic.isEmpty()) {
            entry.acknowledged = ErrorCode.UNKNOWN_TOPIC_ID;
            return;
        }
        acknowledgementsLeft++;
        var table = table(topic.get(), entry);
        Partitions.on(table.loop(), () -> {
            switch (table.find(session.key().group(), topic.get(), entry.part().partition())) {
                case ShareTable.Lookup.Not not -> acknowledged(entry, not.why());
                case ShareTable.Lookup.Here here -> here.host().acknowledge(
                    session.key().memberId(), all, error -> acknowledged(entry, error));
            }
        });
    }

    private void acknowledged(ShareEntry entry, ErrorCode error) {
        Partitions.on(loop, () -> {
            entry.acknowledged = error;
            acknowledged();
        });
    }

    private void acknowledged() {
        acknowledgementsLeft--;
        answerIfDone();
    }

    private ShareTable table(TopicImage topic, ShareEntry entry) {
        return rooms.tables()
            .get(rooms.partitions().loopIndexOf(topic.name(), entry.part().partition()));
    }

    private record Errand(ShareEntry entry, TopicImage topic) {}

    private void visit() {
        isVisiting = true;
        session.visiting(true);
        var image = rooms.cluster().image();
        var byLoop = new TreeMap<Integer, List<Errand>>();
        for (var entry : ready) {
            parked.remove(entry);
            var topic = image.topic(entry.part().topicId());
            if (topic.isEmpty()) {
                entry.refuse(ErrorCode.UNKNOWN_TOPIC_ID);
                continue;
            }
            int loopIndex = rooms.partitions().loopIndexOf(topic.get().name(),
                entry.part().partition());
            byLoop.computeIfAbsent(loopIndex, _ -> new ArrayList<>())
                .add(new Errand(entry, topic.get()));
        }
        ready.clear();
        next(new ArrayList<>(byLoop.entrySet()));
    }

    private void next(List<Map.Entry<Integer, List<Errand>>> stops) {
        if (stops.isEmpty()) {
            Partitions.on(loop, this::visited);
            return;
        }
        var stop = stops.removeFirst();
        var table = rooms.tables().get(stop.getKey());
        Partitions.on(table.loop(), () -> run(table, stop.getValue(), () -> next(stops)));
    }

    /// On the loop of the partitions: one after the other, within what is left.
    private void run(ShareTable table, List<Errand> errands, Runnable after) {
        if (errands.isEmpty()) {
            after.run();
            return;
        }
        var errand = errands.removeFirst();
        var entry = errand.entry();
        switch (table.find(session.key().group(), errand.topic(), entry.part().partition())) {
            case ShareTable.Lookup.Not not -> {
                entry.refuse(not.why());
                run(table, errands, after);
            }
            case ShareTable.Lookup.Here here -> {
                var host = here.host();
                entry.host = host;
                var before = entry.waiter;
                entry.waiter = null;
                if (before != null) host.unpark(before);
                host.fetch(session, wish(), fetched -> {
                    took(entry, host, fetched);
                    run(table, errands, after);
                });
            }
        }
    }

    private SharePartitionHost.Wish wish() {
        var ask = new SharePartition.Ask(session.key().memberId(), recordsLeft,
            wanted.batchSize(), wanted.mode());
        return new SharePartitionHost.Wish(ask, wanted.minBytes(), bytesLeft, isLast);
    }

    private void took(ShareEntry entry, SharePartitionHost host, ShareFetched fetched) {
        entry.result = fetched;
        recordsLeft -= fetched.recordCount();
        bytesLeft -= fetched.sizeBytes();
        boolean isToWait = fetched.error() == ErrorCode.NONE && fetched.lent().isEmpty()
            && recordsLeft == wanted.recordsMax() && !isLast;
        if (!isToWait) return;
        var waiter = new ShareWaiter(loop, () -> fired(entry, host));
        entry.waiter = waiter;
        host.park(waiter);
    }

    /// Back on the connection's loop.
    private void visited() {
        isVisiting = false;
        session.visiting(false);
        boolean isUrgent = false;
        for (var entry : session.all()) {
            isUrgent |= entry.isUrgent();
            if (entry.waiter != null) parked.add(entry);
        }
        if (isOver) {
            unpark();
            discard();
            return;
        }
        long leftNs = deadlineNs - rooms.clock().monotonicNs();
        if (isUrgent || isLast || recordsLeft < wanted.recordsMax() || leftNs <= 0) {
            isDone = true;
            answerIfDone();
            return;
        }
        if (timer == null) timer = loop.after(leftNs, this::deadline);
        if (!ready.isEmpty()) visit();
    }

    /// There may be something to be had from `host`.
    private void fired(ShareEntry entry, SharePartitionHost host) {
        entry.waiter = null;
        parked.remove(entry);
        if (isOver || isDone) {
            Partitions.on(host.loop(), host::wake);
            return;
        }
        ready.add(entry);
        if (!isVisiting) visit();
    }

    private void deadline() {
        timer = null;
        if (isOver || isDone) return;
        isLast = true;
        if (isVisiting) return;
        if (wanted.minBytes() > 1) {
            ready.addAll(session.inTurn());
            visit();
        } else {
            isDone = true;
            answerIfDone();
        }
    }

    private void answerIfDone() {
        if (!isDone || acknowledgementsLeft > 0 || isOver) return;
        over();
        var news = new ArrayList<ShareEntry>();
        for (var entry : session.all())
            if (entry.isNews()) news.add(entry);
        answer.send(news);
        for (var entry : session.all())
            entry.reset();
    }

    private void over() {
        isOver = true;
        if (timer != null) timer.cancel();
        if (!isVisiting) unpark();
        // whoever was told that there is something, and does not come, passes the word on
        for (var entry : ready) {
            var host = entry.host;
            if (host != null) Partitions.on(host.loop(), host::wake);
        }
        ready.clear();
    }

    private void unpark() {
        for (var entry : parked) {
            var waiter = entry.waiter;
            var host = entry.host;
            entry.waiter = null;
            if (waiter == null || host == null) continue;
            Partitions.on(host.loop(), () -> host.unpark(waiter));
        }
        parked.clear();
    }

    private void discard() {
        for (var entry : session.all())
            entry.discard();
    }

    /// The connection is gone: nobody hears the answer. What was lent goes back with the session.
    void abandon() {
        if (isOver) return;
        over();
        if (!isVisiting) discard();
    }
}

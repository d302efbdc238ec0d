package dev.naru.broker;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.client.Reply;
import dev.naru.config.TopicNames;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.AckDeadlines;
import dev.naru.partition.Appended;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionReader;
import dev.naru.record.BatchBuilder;
import dev.naru.share.DeadLetter;
import dev.naru.share.ShareKey;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ProduceRequest;
import dev.naru.wire.message.ProduceResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Brings records that a share group has given up to the group's topic for dead letters (KIP-1191):
/// `errors.deadletterqueue.topic.name` of the group, if its name begins as the broker wants it and
/// the topic says `errors.deadletterqueue.group.enable`. A topic that is missing is made where
/// `errors.deadletterqueue.auto.create.topics.enable` allows it. What cannot be brought there after
/// some tries is given up all the same, and traced. Works on the loop of the record's partition.
final class DeadLetterWriter implements DeadLetters {
    private static final int TRIES = 5;
    private static final long FIRST_PAUSE_MS = 1_000;
    private static final int READ_BYTES = 1024 * 1024;
    /// How long a leader elsewhere waits for its replicas, and how long it is waited for.
    private static final int WRITE_MS = 10_000;
    private static final long ANSWER_MS = 15_000;

    /// What it needs of the node.
    record Rooms(Cluster cluster, Partitions partitions, Peers peers,
        ControllerLink controller) {}

    /// One range of offsets on its way, in a term of the partition's leader. `nextOffset` is the
    /// first that is not copied yet.
    private record Errand(ShareKey key, Source source, DeadLetter letter, Runnable done,
        long nextOffset, int attempt) {
        Partition from() {
            return source.partition();
        }

        Errand again() {
            return new Errand(key, source, letter, done, nextOffset, attempt + 1);
        }

        Errand at(long offset) {
            return new Errand(key, source, letter, done, offset, 1);
        }
    }

    private record Source(Partition partition, int leaderEpoch) {
        boolean isLedHere() {
            return partition.closedBecause() == ErrorCode.NONE && partition.leads()
                && partition.leaderEpoch() == leaderEpoch;
        }
    }

    private final Env env;
    private final Rooms rooms;

    DeadLetterWriter(Env env, Rooms rooms) {
        this.env = env;
        this.rooms = rooms;
    }

    @Override public void bury(ShareKey key, Partition from, DeadLetter letter, Runnable done) {
        go(new Errand(key, new Source(from, from.leaderEpoch()), letter, done,
            letter.firstOffset(), 1));
    }

    private void go(Errand errand) {
        // whoever leads now finds it archiving and brings it
        if (!errand.source().isLedHere()) return;
        if (errand.nextOffset() > errand.letter().lastOffset()) {
            errand.done().run();
            return;
        }
        var terms = new ShareGroupTerms(rooms.cluster(), errand.key().group());
        var name = terms.settings().text("errors.deadletterqueue.topic.name");
        var problem = problem(name);
        if (problem.isPresent()) {
            giveUp(errand, problem.get());
            return;
        }
        var topic = rooms.cluster().image().topic(name);
        if (topic.isEmpty()) {
            create(errand, name);
        } else if (terms.settings().flag("errors.deadletterqueue.copy.record.enable")) {
            copy(errand, topic.get());
        } else {
            write(errand, topic.get(), new DeadLetterBatch(errand.key(), errand.from().id(),
                errand.letter()).headersOnly(errand.nextOffset(), now(errand)));
        }
    }

    private static Now now(Errand errand) {
        return errand.from().shared().clock().now();
    }

    /// Why no dead letter may go to this topic.
    private Optional<String> problem(String name) {
        if (name.isEmpty()) return Optional.of("the group names no topic for dead letters");
        if (name.startsWith("__")) return Optional.of(name + " cannot take dead letters");
        var prefix = rooms.cluster().live().text("errors.deadletterqueue.topic.name.prefix");
        if (!name.startsWith(prefix)) {
            return Optional.of(name + " does not begin with " + prefix);
        }
        var topic = rooms.cluster().image().topic(name);
        if (topic.isPresent()) {
            boolean isMeant = rooms.cluster().topicSettings(topic.get())
                .flag(TopicNames.ERRORS_DEADLETTERQUEUE_GROUP_ENABLE);
            return isMeant
                ? Optional.empty()
                : Optional.of(name + " is not meant for dead letters");
        }
        return rooms.cluster().live().flag("errors.deadletterqueue.auto.create.topics.enable")
            ? Optional.empty()
            : Optional.of("there is no topic " + name);
    }

    private void giveUp(Errand errand, String why) {
        env.trace().emit(new BrokerEvent.DeadLetterLost(errand.key().toString(),
            errand.nextOffset(), errand.letter().lastOffset(), why));
        errand.done().run();
    }

    private void tryAgain(Errand errand, String why) {
        if (errand.attempt() >= TRIES) {
            giveUp(errand, why);
            return;
        }
        long pauseMs = FIRST_PAUSE_MS << (errand.attempt() - 1);
        errand.from().shared().loop().after(pauseMs * Now.NS_PER_MS, () -> go(errand.again()));
    }

    private void create(Errand errand, String name) {
        var settings = rooms.cluster().live();
        var own = List.of(new ClusterRequest.Setting(
            TopicNames.ERRORS_DEADLETTERQUEUE_GROUP_ENABLE, "true"));
        var request = new ClusterRequest.CreateTopics(
            List.of(new ClusterRequest.NewTopic(name, -1, -1, List.of(), own)),
            settings.integer("num.partitions"), settings.integer("default.replication.factor"),
            false, false);
        var loop = errand.from().shared().loop();
        rooms.controller().submit(request, _ -> Partitions.on(loop, () -> {
            if (rooms.cluster().image().topic(name).isPresent()) {
                go(errand);
            } else {
                tryAgain(errand, "the topic " + name + " could not be made");
            }
        }));
    }

    /// With the records themselves: reads them first.
    private void copy(Errand errand, TopicImage topic) {
        var fetched = PartitionReader.read(errand.from(), new PartitionReader.Question(
            errand.nextOffset(), READ_BYTES, true, PartitionReader.Reader.client(false)));
        var letters = new DeadLetterBatch(errand.key(), errand.from().id(), errand.letter());
        var found = fetched.records().isEmpty() ? null : fetched.records().getFirst();
        if (!(found instanceof Bytes.Slice slice)) {
            // the record is gone from the log: what is known of it is where it was
            write(errand, topic, letters.headersOnly(errand.nextOffset(), now(errand)));
            return;
        }
        Consumer<Boolean> go = _ -> {
            var bytes = bytes(slice);
            slice.discard();
            write(errand, topic, letters.of(bytes, errand.nextOffset(),
                errand.from().shared().codecs(), now(errand)));
        };
        if (fetched.isCold()) {
            env.disk().warm(slice, errand.from().shared().loop(), fault -> go.accept(true));
        } else {
            go.accept(true);
        }
    }

    private static ByteBuffer bytes(Bytes.Slice slice) {
        var bytes = ByteBuffer.allocate(slice.sizeBytes());
        try {
            slice.file().read(slice.filePosition(), bytes);
        } catch (DiskFault fault) {
            bytes.clear().limit(0);
            return bytes;
        }
        return bytes.flip();
    }

    private void write(Errand errand, TopicImage topic, DeadLetterBatch.Built built) {
        int index = errand.key().partition() % topic.partitionCount();
        int leader = topic.partitions().get(index).leader();
        Consumer<ErrorCode> told = error -> Partitions.on(errand.from().shared().loop(), () -> {
            if (error == ErrorCode.NONE) {
                go(errand.at(built.lastOffset() + 1));
            } else {
                tryAgain(errand, topic.name() + " refused it: " + error);
            }
        });
        if (leader == rooms.cluster().nodeId()) {
            writeHere(topic, index, built.batch(), told);
        } else if (leader == PartitionImage.NO_LEADER) {
            told.accept(ErrorCode.LEADER_NOT_AVAILABLE);
        } else {
            var request = request(topic, index, built.batch().build());
            rooms.peers().on(errand.from().shared().loop()).request(PeerLinks.Lane.LETTERS, leader,
                new PeerLinks.Question(ApiKey.PRODUCE, _ -> request, ANSWER_MS),
                reply -> told.accept(outcome(reply)));
        }
    }

    private void writeHere(TopicImage topic, int index, BatchBuilder batch,
        Consumer<ErrorCode> told) {
        var table = rooms.partitions().tableOf(topic.name(), index);
        Partitions.on(table.shared().loop(), () -> {
            switch (table.find(topic, index)) {
                case PartitionTable.Lookup.Not not -> told.accept(not.why());
                case PartitionTable.Lookup.Here(Partition partition) ->
                    append(partition, batch, told);
            }
        });
    }

    private static ProduceRequest request(TopicImage topic, int index, ByteBuffer records) {
        return ProduceRequest.builder()
            .acks((short) -1)
            .timeoutMs(WRITE_MS)
            .topicData(List.of(ProduceRequest.TopicProduceData.builder()
                .name(topic.name())
                .topicId(topic.topicId())
                .partitionData(List.of(ProduceRequest.PartitionProduceData.builder()
                    .index(index)
                    .records(records)
                    .build()))
                .build()))
            .build();
    }

    private static ErrorCode outcome(Reply reply) {
        return switch (reply) {
            case Reply.Answer(var body, var _) -> ErrorCode.of(((ProduceResponse) body).responses()
                .getFirst().partitionResponses().getFirst().errorCode());
            case Reply.Lost _ -> ErrorCode.NETWORK_EXCEPTION;
        };
    }

    private static void append(Partition to, BatchBuilder batch, Consumer<ErrorCode> told) {
        switch (to.append(batch.build(), to.shared().clock().now())) {
            case Appended.Written written -> to.whenCommitted(written.endOffset(),
                AckDeadlines.NEVER, told);
            case Appended.Refused refused -> told.accept(refused.why());
        }
    }
}

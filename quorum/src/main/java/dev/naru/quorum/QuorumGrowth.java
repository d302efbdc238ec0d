package dev.naru.quorum;

import dev.naru.metadata.NodeIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.server.protocol.TermIndex;

/// Makes a quorum of one of a node that was a cluster of its own. The node's log has been closed, and
/// its state is given. The files of the quorum are written and forced; then the marker appears, and
/// with it the quorum has taken over: its indexes and epochs go on above all that were used. Stopped
/// before that, the node's own log is as it was.
public final class QuorumGrowth {
    private final QuorumSettings settings;
    private final NodeIdentity identity;
    private final ForcedDirectories.Forcing forcing;
    private final Consumer<Step> reached;

    /// What has been done, for those who stop the machine there.
    enum Step {
        CLEARED, SNAPSHOT, CONFIGURATION, FORCED, MARKED
    }

    /// Up to where the node's own log went, in any of its lives.
    public record LastUsed(long index, int epoch) {}

    public QuorumGrowth(QuorumSettings settings, NodeIdentity identity) {
        this(settings, identity, ForcedDirectories.Forcing.REAL, step -> {
        });
    }

    QuorumGrowth(QuorumSettings settings, NodeIdentity identity,
        ForcedDirectories.Forcing forcing, Consumer<Step> reached) {
        this.settings = settings;
        this.identity = identity;
        this.forcing = forcing;
        this.reached = reached;
    }

    /// Does it; `state` is the snapshot of the node's state up to `last`. Waits for the disk. Done
    /// twice it is done once.
    public void grow(LastUsed last, Iterator<ByteBuffer> state) throws IOException {
        var data = settings.dataDirectory();
        if (QuorumMarker.isThere(data)) return;
        var root = RatisMember.root(data, identity.clusterId());
        clear(root);
        reached.accept(Step.CLEARED);
        var at = TermIndex.valueOf(last.epoch(), last.index());
        var current = Files.createDirectories(root.resolve("current"));
        var sm = Files.createDirectories(root.resolve("sm"));
        var forced = new ForcedDirectories(List.of(sm), forcing);
        new SnapshotFiles(forced, sm.toFile()).write(at, state);
        reached.accept(Step.SNAPSHOT);
        write(current.resolve("raft-meta.conf"), configuration(at)::writeTo);
        write(current.resolve("raft-meta"), out -> vote(at).store(out, ""));
        reached.accept(Step.CONFIGURATION);
        for (var directory : List.of(sm, current, root, RatisMember.directory(data), data))
            forcing.force(directory);
        reached.accept(Step.FORCED);
        QuorumMarker.write(data, RatisMember.group(identity.clusterId()).getUuid().toString(),
            forcing);
        reached.accept(Step.MARKED);
    }

    /// An earlier attempt that was not finished counts for nothing.
    private static void clear(Path root) throws IOException {
        if (!Files.exists(root)) return;
        List<Path> old;
        try (var entries = Files.walk(root)) {
            old = entries.sorted(Comparator.reverseOrder()).toList();
        }
        for (var path : old)
            Files.delete(path);
    }

    private LogEntryProto configuration(TermIndex at) {
        var self = new Voter(identity.nodeId(), identity.directoryId(),
            settings.listening().host(), settings.listening().port());
        return LogEntryProto.newBuilder().setTerm(at.getTerm()).setIndex(at.getIndex())
            .setConfigurationEntry(RaftConfigurationProto.newBuilder()
                .addPeers(self.peer().getRaftPeerProto()))
            .build();
    }

    /// The next election opens the term after this one.
    private static Properties vote(TermIndex at) {
        var vote = new Properties();
        vote.setProperty("term", Long.toString(at.getTerm()));
        vote.setProperty("votedFor", "");
        return vote;
    }

    private static void write(Path file, Content content) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE,
            StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            content.write(Channels.newOutputStream(channel));
            channel.force(true);
        }
    }

    private interface Content {
        void write(OutputStream out) throws IOException;
    }
}

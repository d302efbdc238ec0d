package dev.naru.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Uuid;
import dev.naru.metadata.MetadataLog;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a power cut may take from a member of the quorum: names in directories that were not forced.
@Timeout(120)
final class DurabilityTest {
    private static final String VOTE_FILE = "raft-meta";

    /// What the vote files of the nodes say on disk, if the power went now: as they were when their
    /// directory was forced last.
    private static final class CrashImage implements ForcedDirectories.Forcing {
        private final ConcurrentHashMap<Path, String> voteByDirectory = new ConcurrentHashMap<>();

        @Override public void force(Path directory) throws IOException {
            try {
                // The file is written beside and renamed: what is read is whole.
                voteByDirectory.put(directory, Files.readString(directory.resolve(VOTE_FILE)));
            } catch (NoSuchFileException none) {
                // not the directory of votes
            }
            ForcedDirectories.Forcing.REAL.force(directory);
        }

        /// How many nodes have it on disk that they voted for this one in this term, or know of a
        /// later term.
        int supporters(String peerId, int term) {
            int supporters = 0;
            for (var text : voteByDirectory.values()) {
                var vote = read(text);
                int votedIn = Integer.parseInt(vote.getProperty("term"));
                boolean supports = vote.getProperty("votedFor").equals(peerId);
                if (votedIn > term || (votedIn == term && supports)) supporters++;
            }
            return supporters;
        }

        private static Properties read(String text) {
            var properties = new Properties();
            try {
                properties.load(new StringReader(text));
            } catch (IOException never) {
                throw new AssertionError(never);
            }
            return properties;
        }
    }

    /// Notes, when it comes to lead, who had that on disk.
    private static final class Watcher implements MetadataLog.Listener {
        private final CrashImage image;
        private final String peerId;
        private final List<Integer> supporters = Collections.synchronizedList(new ArrayList<>());
        private final AtomicReference<String> failure = new AtomicReference<>("");

        private Watcher(CrashImage image, String peerId) {
            this.image = image;
            this.peerId = peerId;
        }

        @Override public void onSnapshot(Iterator<ByteBuffer> blocks) {}

        @Override public void onCommitted(long index, ByteBuffer batch) {}

        @Override public void onLeading(int controllerEpoch) {
            supporters.add(image.supporters(peerId, controllerEpoch));
        }

        @Override public void onFollowing(int leaderId) {}

        @Override public void onFailed(String reason) {
            failure.set(reason);
        }

        @Override public Iterator<ByteBuffer> snapshot() {
            return Collections.emptyIterator();
        }
    }

    @Test void a_vote_is_on_disk_with_its_name_before_anybody_counts_it() throws IOException {
        var image = new CrashImage();
        try (var yard = new RatisYard(3, image)) {
            for (int round = 0; round < 2; round++) {
                var watchers = new ArrayList<Watcher>();
                for (int nodeId : yard.nodes())
                    watchers.add(start(yard, image, nodeId, yard.voter(nodeId).directoryId()));
                yard.until(() -> watchers.stream().anyMatch(w -> !w.supporters.isEmpty()));
                for (var watcher : watchers) {
                    for (int supporters : List.copyOf(watcher.supporters))
                        assertTrue(supporters >= 2, "a majority has it on disk: " + supporters);
                }
                yard.killAll();
            }
        }
    }

    @Test void the_term_of_a_quorum_of_one_is_on_disk_before_it_leads() throws IOException {
        var image = new CrashImage();
        try (var yard = new RatisYard(1, image)) {
            var watcher = start(yard, image, 1, yard.voter(1).directoryId());
            yard.until(() -> !watcher.supporters.isEmpty());
            assertEquals(List.of(1), watcher.supporters);
        }
    }

    @Test void a_node_with_another_directory_has_no_vote() throws IOException {
        var image = new CrashImage();
        try (var yard = new RatisYard(3, image)) {
            var first = start(yard, image, 1, yard.voter(1).directoryId());
            var stranger = start(yard, image, 2, new Uuid(77, 77));
            // The first asks for votes time and again, and has its own only.
            yard.until(() -> image.voteByDirectory.size() >= 1);
            var third = start(yard, image, 3, yard.voter(3).directoryId());
            yard.until(() -> !first.supporters.isEmpty() || !third.supporters.isEmpty());
            assertEquals(List.of(), stranger.supporters);
            for (var leader : List.of(first, third)) {
                for (int supporters : List.copyOf(leader.supporters))
                    assertTrue(supporters >= 2);
            }
            for (var text : image.voteByDirectory.entrySet()) {
                if (text.getKey().startsWith(yard.directory(2)))
                    assertEquals("", CrashImage.read(text.getValue()).getProperty("votedFor"));
            }
        }
    }

    private static Watcher start(RatisYard yard, CrashImage image, int nodeId, Uuid directoryId) {
        var watcher = new Watcher(image, Voter.peerId(nodeId, directoryId).toString());
        var life = yard.boot(nodeId, directoryId);
        life.log().start(life.loop(), watcher);
        return watcher;
    }
}

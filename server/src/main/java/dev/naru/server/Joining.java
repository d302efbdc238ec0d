package dev.naru.server;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.client.Address;
import dev.naru.client.ClientSettings;
import dev.naru.client.ClientTools;
import dev.naru.client.NodeLink;
import dev.naru.client.Reply;
import dev.naru.config.BrokerNames;
import dev.naru.config.Listener;
import dev.naru.config.Settings;
import dev.naru.io.RealCodecs;
import dev.naru.io.RealEnv;
import dev.naru.metadata.NodeIdentity;
import dev.naru.quorum.JoinMark;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.JoinClusterRequest;
import dev.naru.wire.message.JoinClusterResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The way of a node into a cluster: it asks a node of it for an id, writes that into its directory,
/// starts, and asks to be taken in until it has a seat in the quorum. Stopped anywhere on this way it
/// goes on with the next start. For threads that may wait.
final class Joining implements AutoCloseable {
    private static final int ANSWER_MS = 30_000;
    private static final int BACKOFF_MS = 200;
    private static final int TRIES = 10;
    private static final long PAUSE_NS = 500_000_000L;

    private final Settings settings;
    private final Path dataDirectory;
    private final JoinMark mark;
    private final RealEnv ports;
    private final NodeLink link;
    private volatile boolean isClosed;

    /// Why there is no place for the node, for its operator.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why);
        }
    }

    private Joining(ServerSettings given, JoinMark mark, Address seed, RealEnv ports) {
        this.settings = given.settings();
        this.dataDirectory = given.dataDirectory();
        this.mark = mark;
        this.ports = ports;
        var tools = new ClientTools(ports.net(), ports.loops().getFirst(), ports.clock(),
            ports.entropy(), new RealCodecs());
        this.link = NodeLink.to(seed, tools, new ClientSettings("naru-join", List.of(seed),
            ANSWER_MS, BACKOFF_MS, Map.of()), _ -> {
            });
    }

    /// The way of a directory that is on it, or is to begin it now; empty for all others.
    static Optional<Joining> of(ServerSettings given, RealEnv ports) throws Refused, IOException {
        var directory = given.dataDirectory();
        var begun = JoinMark.read(directory);
        if (begun.isEmpty() && (given.join().isEmpty() || JoinMark.isMember(directory)))
            return Optional.empty();
        if (given.settings().quorumListener().isEmpty()) {
            throw new Refused("the node is on its way into a cluster and needs its listeners for"
                + " other nodes: --peers HOST:PORT");
        }
        if (given.settings().isPeerListenerSecured()) {
            throw new Refused("without join tokens a node joins in plaintext only; name the nodes"
                + " that talk TLS in controller.quorum.voters");
        }
        if (begun.isEmpty() && Files.exists(directory.resolve(NodeIdentity.FILE))) {
            throw new Refused("the directory " + directory + " belongs to a node already; one that"
                + " joins a cluster begins with an empty directory");
        }
        var seed = given.join().orElseGet(() -> begun.map(JoinMark::seed).orElse(""));
        int colon = seed.lastIndexOf(':');
        if (colon <= 0 || !seed.substring(colon + 1).matches("\\d{1,5}"))
            throw new Refused("--join needs HOST:PORT, not '" + seed + "'");
        var mark = new JoinMark(begun.map(JoinMark::directoryId)
            .orElseGet(() -> ports.entropy().uuid()), seed);
        mark.write(directory);
        return Optional.of(new Joining(given, mark, new Address(seed.substring(0, colon),
            Integer.parseInt(seed.substring(colon + 1))), ports));
    }

    /// Asks for an id, and makes the directory that of the node which has it.
    int admit(JoinCredentials credentials) throws Refused, IOException {
        int wanted = settings.isGiven(BrokerNames.NODE_ID) || settings.isGiven(
            BrokerNames.BROKER_ID) ? settings.nodeId() : -1;
        var last = "no answer";
        for (int tries = 0; tries < TRIES; tries++) {
            switch (ask(request(wanted, false, credentials))) {
                case Answer.Lost(var why) -> last = why;
                case Answer.Told(var told) -> {
                    var error = ErrorCode.of(told.errorCode());
                    var message = Optional.ofNullable(told.errorMessage()).orElse("");
                    if (error == ErrorCode.NONE) return begin(told, credentials);
                    if (!isPassing(error)) throw new Refused(error + " " + message);
                    last = error + " " + message;
                }
            }
            pause();
        }
        throw new Refused("the node at " + mark.seed() + " does not take it in: " + last);
    }

    private static boolean isPassing(ErrorCode error) {
        return error == ErrorCode.NOT_CONTROLLER || error == ErrorCode.REQUEST_TIMED_OUT;
    }

    private int begin(JoinClusterResponse told, JoinCredentials credentials) throws IOException {
        credentials.received(Optional.ofNullable(told.certificates()),
            Optional.ofNullable(told.certificateAuthority()));
        try {
            NodeIdentity.assign(ports.disk(), new NodeIdentity(told.clusterId(), told.nodeId(),
                mark.directoryId()));
        } catch (DiskFault fault) {
            throw new IOException("the data directory: " + fault.getMessage(), fault);
        }
        return told.nodeId();
    }

    /// Asks, on a thread of its own, to be taken in, until that is done or the node stops.
    void beTakenIn(int nodeId, JoinCredentials credentials) {
        Thread.ofVirtual().name("naru-join").start(() -> {
            while (!isClosed && !isTakenIn(nodeId, credentials))
                pause();
        });
    }

    private boolean isTakenIn(int nodeId, JoinCredentials credentials) {
        // a node that has not begun its part of the quorum must not be counted on
        if (!JoinMark.isMember(dataDirectory)) return false;
        boolean isIn = ask(request(nodeId, true, credentials)) instanceof Answer.Told(var told)
            && told.errorCode() == ErrorCode.NONE.code() && told.membership() > 0;
        if (!isIn) return false;
        try {
            JoinMark.delete(dataDirectory);
        } catch (IOException kept) {
            // asked again at the next start, which changes nothing
        }
        close();
        return true;
    }

    private JoinClusterRequest request(int nodeId, boolean isListening,
        JoinCredentials credentials) {
        var quorum = settings.quorumListener().orElseThrow();
        var listeners = new ArrayList<JoinClusterRequest.Listener>();
        for (Listener each : settings.advertisedListeners()) {
            listeners.add(JoinClusterRequest.Listener.builder().name(each.name())
                .host(each.host()).port(each.port()).securityProtocol("PLAINTEXT").build());
        }
        return JoinClusterRequest.builder()
            .nodeId(nodeId)
            .directoryId(mark.directoryId())
            .isListening(isListening)
            .rack(settings.find(BrokerNames.BROKER_RACK).orElse(null))
            .quorumHost(quorum.host())
            .quorumPort(quorum.port())
            .listeners(listeners)
            .tokenId(credentials.tokenId().orElse(null))
            .tokenSecret(credentials.tokenSecret().map(ByteBuffer::duplicate).orElse(null))
            .certificateRequest(isListening
                ? null
                : credentials.certificateRequest().map(ByteBuffer::duplicate).orElse(null))
            .build();
    }

    private Answer ask(JoinClusterRequest request) {
        var answer = new CompletableFuture<Answer>();
        ports.loops().getFirst().execute(() -> link.request(ApiKey.JOIN_CLUSTER, _ -> request,
            reply -> answer.complete(switch (reply) {
                case Reply.Answer(var body, var _) -> new Answer.Told(
                    copied((JoinClusterResponse) body));
                case Reply.Lost(var why, var _) -> new Answer.Lost(why);
            })));
        try {
            return answer.get(2L * ANSWER_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException lost) {
            return new Answer.Lost(String.valueOf(lost));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return new Answer.Lost("interrupted");
        }
    }

    /// The frame that its buffers are in is gone after the call.
    private static JoinClusterResponse copied(JoinClusterResponse told) {
        return told.toBuilder().certificates(copied(told.certificates()))
            .certificateAuthority(copied(told.certificateAuthority())).build();
    }

    private static @Nullable ByteBuffer copied(
        @Nullable ByteBuffer bytes) {
        return bytes == null
            ? null
            : ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private void pause() {
        var over = new CompletableFuture<Boolean>();
        var loop = ports.loops().getFirst();
        loop.execute(() -> loop.after(PAUSE_NS, () -> over.complete(true)));
        // a loop that has ended tells nothing any more
        over.completeOnTimeout(false, 2 * PAUSE_NS, TimeUnit.NANOSECONDS).join();
    }

    @Override public void close() {
        isClosed = true;
        ports.loops().getFirst().execute(link::close);
    }

    private sealed interface Answer {
        record Told(JoinClusterResponse response) implements Answer {}

        record Lost(String why) implements Answer {}
    }
}

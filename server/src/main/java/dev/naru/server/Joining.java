package dev.naru.server;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Net;
import dev.naru.base.Trace;
import dev.naru.client.Address;
import dev.naru.config.BrokerNames;
import dev.naru.config.Listener;
import dev.naru.config.Settings;
import dev.naru.io.RealEnv;
import dev.naru.metadata.NodeIdentity;
import dev.naru.quorum.JoinMark;
import dev.naru.trust.ClusterCa;
import dev.naru.trust.JoinToken;
import dev.naru.trust.NodeName;
import dev.naru.trust.TlsIdentity;
import dev.naru.trust.TrustDirectory;
import dev.naru.trust.Untrusted;
import dev.naru.wire.message.JoinClusterRequest;
import dev.naru.wire.message.JoinClusterResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The way of a node into a cluster: it asks a node of it for an id (and, with a token, for a certificate),
/// writes that into its directory, starts, and asks to be taken in until it has a seat in the quorum.
/// Stopped anywhere on this way it goes on with the next start. For threads that may wait.
final class Joining implements AutoCloseable {
    private static final int TRIES = 10;
    private static final long PAUSE_NS = 500_000_000L;
    private static final String JUST_STARTING = "its part of the quorum has not begun";

    private final ServerSettings given;
    private final JoinMark mark;
    private final RealEnv ports;
    private final Trace trace;
    private final Consumer<JoinStep> passed;
    private volatile boolean isClosed;

    /// Why there is no place for the node, for its operator.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why);
        }
    }

    private Joining(ServerSettings given, JoinMark mark, RealEnv ports, Trace trace,
        Consumer<JoinStep> passed) {
        this.given = given;
        this.mark = mark;
        this.ports = ports;
        this.trace = trace;
        this.passed = passed;
    }

    /// The way of a directory that is on it, or is to begin it now; empty for all others. `passed` hears of
    /// each step.
    static Optional<Joining> of(ServerSettings given, RealEnv ports, Trace trace,
        Consumer<JoinStep> passed) throws Refused, IOException, Untrusted {
        var directory = given.dataDirectory();
        var begun = JoinMark.read(directory);
        boolean isMember = begun.isEmpty() && JoinMark.isMember(directory);
        if (begun.isEmpty() && (given.join().isEmpty() || isMember))
            return isMember ? again(given, ports, trace, passed) : Optional.empty();
        if (given.settings().quorumListener().isEmpty()) {
            throw new Refused("the node is on its way into a cluster and needs its listeners for"
                + " other nodes: --peers HOST:PORT");
        }
        if (given.token().isPresent() && !given.settings().isPeerListenerSecured()) {
            throw new Refused("a join token is for nodes that speak TLS, and the listener for other"
                + " nodes has PLAINTEXT in listener.security.protocol.map");
        }
        if (begun.isEmpty() && Files.exists(directory.resolve(NodeIdentity.FILE))) {
            throw new Refused("the directory " + directory + " belongs to a node already; one that"
                + " joins a cluster begins with an empty directory");
        }
        var seeds = given.join().orElseGet(() -> begun.map(JoinMark::seed).orElse(""));
        addresses(seeds);
        var mark = new JoinMark(begun.map(JoinMark::directoryId)
            .orElseGet(() -> ports.entropy().uuid()), seeds);
        mark.write(directory);
        passed.accept(JoinStep.MARKED);
        return Optional.of(new Joining(given, mark, ports, trace, passed));
    }

    /// A member whose certificate has ended comes with a token as if it was new, and keeps its name.
    private static Optional<Joining> again(ServerSettings given, RealEnv ports, Trace trace,
        Consumer<JoinStep> passed) throws Refused, IOException, Untrusted {
        if (given.token().isEmpty() || given.join().isEmpty()
            || !hasAuthority(given.settings())) return Optional.empty();
        var name = name(given, ports);
        var trust = TrustDirectory.in(given.dataDirectory());
        boolean isFine = name.isEmpty() || trust.authority(name.get().clusterId()).isPresent()
            || trust.lasts(name.get(), ports.clock().wallMs());
        return isFine
            ? Optional.empty()
            : Optional.of(new Joining(given, new JoinMark(name.get().directoryId(),
                given.join().get()), ports, trace, passed));
    }

    private static boolean hasAuthority(Settings settings) {
        return settings.isPeerListenerSecured() && !PeerSecurity.isNamed(settings);
    }

    private static List<Address> addresses(String seeds) throws Refused {
        var addresses = new ArrayList<Address>();
        for (var seed : seeds.split(",", -1)) {
            int colon = seed.lastIndexOf(':');
            if (colon <= 0 || !seed.substring(colon + 1).matches("\\d{1,5}"))
                throw new Refused("--join needs HOST:PORT[,HOST:PORT]..., not '" + seeds + "'");
            addresses.add(new Address(seed.substring(0, colon),
                Integer.parseInt(seed.substring(colon + 1))));
        }
        return addresses;
    }

    /// Asks for an id, and makes the directory that of the node which has it; a node that has its
    /// certificate needs neither.
    int admit() throws Refused, IOException, Untrusted {
        if (!hasAuthority(given.settings())) {
            var net = given.settings().isPeerListenerSecured()
                ? ports.net().secured(PeerSecurity.named(given.settings()), trace)
                : ports.net();
            return admit(net, JoinCredentials.NONE);
        }
        var name = name(given, ports);
        boolean isCertified = name.isPresent() && TrustDirectory.in(given.dataDirectory())
            .lasts(name.get(), ports.clock().wallMs());
        if (isCertified) return name.get().nodeId();
        if (given.token().isEmpty()) {
            throw new Refused("where nodes speak TLS one joins with a token: naru cluster token at"
                + " a node of the cluster prints one for --token");
        }
        var token = JoinToken.parse(given.token().get());
        var asking = ClusterCa.Asking.of(new NodeName(token.clusterId(), Math.max(0, wanted()),
            mark.directoryId()));
        return admit(
            ports.net().secured(TlsIdentity.joining(token.clusterId(), token.authority()), trace),
            new JoinCredentials.ByToken(token, asking, given.dataDirectory()));
    }

    /// Who the directory is; empty before it is anybody.
    private static Optional<NodeName> name(ServerSettings given, RealEnv ports)
        throws Refused, IOException {
        if (!Files.exists(given.dataDirectory().resolve(NodeIdentity.FILE)))
            return Optional.empty();
        try {
            var asked = new NodeIdentity.Asked("", given.settings().nodeId());
            return switch (NodeIdentity.open(ports.disk(), asked, ports.entropy())) {
                case NodeIdentity.Refused(var why) -> throw new Refused(why);
                case NodeIdentity.Opened(var found, var _) -> Optional.of(new NodeName(
                    found.clusterId(), found.nodeId(), found.directoryId()));
            };
        } catch (DiskFault fault) {
            throw new IOException("the data directory: " + fault.getMessage(), fault);
        }
    }

    private int admit(Net net, JoinCredentials credentials)
        throws Refused, IOException, Untrusted {
        try (var link = new JoinLink(addresses(mark.seed()), net, ports)) {
            var last = "no answer";
            for (int tries = 0; tries < TRIES; tries++) {
                switch (link.ask(credentials.show(request(wanted(), false)).build())) {
                    case JoinLink.Answer.Lost(var from, var why) -> last = from + ": " + why;
                    case JoinLink.Answer.Told(var from, var told) -> {
                        if (told.errorCode() == ErrorCode.NONE.code())
                            return begin(told, credentials);
                        if (!isPassing(told)) throw new Refused(reason(told));
                        last = from + ": " + reason(told);
                    }
                }
                pause();
            }
            throw new Refused("no node of the cluster takes it in: " + last);
        }
    }

    private int wanted() {
        return given.settings().isGiven(BrokerNames.NODE_ID) || given.settings().isGiven(
            BrokerNames.BROKER_ID) ? given.settings().nodeId() : -1;
    }

    private static boolean isPassing(JoinClusterResponse told) {
        var error = ErrorCode.of(told.errorCode());
        // a node that was killed just now counts as there until it is missed
        return error == ErrorCode.NOT_CONTROLLER || error == ErrorCode.REQUEST_TIMED_OUT
            || error == ErrorCode.DUPLICATE_BROKER_REGISTRATION;
    }

    private static String reason(JoinClusterResponse told) {
        return ErrorCode.of(told.errorCode()) + " "
            + Optional.ofNullable(told.errorMessage()).orElse("");
    }

    private int begin(JoinClusterResponse told, JoinCredentials credentials)
        throws IOException, Untrusted {
        passed.accept(JoinStep.ADMITTED);
        var identity = new NodeIdentity(told.clusterId(), told.nodeId(), mark.directoryId());
        credentials.received(told, identity);
        passed.accept(JoinStep.CERTIFIED);
        try {
            NodeIdentity.assign(ports.disk(), identity);
        } catch (DiskFault fault) {
            throw new IOException("the data directory: " + fault.getMessage(), fault);
        }
        passed.accept(JoinStep.NAMED);
        return told.nodeId();
    }

    /// Asks on `net`, on a thread of its own, to be taken in, until that is done or the node stops.
    void beTakenIn(int nodeId, Net net) {
        Thread.ofVirtual().name("naru-join").start(() -> {
            try (var link = new JoinLink(addresses(mark.seed()), net, ports)) {
                var said = new HashSet<>(Set.of(JUST_STARTING));
                while (!isClosed) {
                    var why = whyNotIn(nodeId, link);
                    if (why.isEmpty()) return;
                    if (said.add(why.get())) trace.emit(new JoinStep.NotYet(why.get()));
                    pause();
                }
            } catch (Refused impossible) {
                throw new IllegalStateException("addresses that were read before", impossible);
            }
        });
    }

    /// Empty when the node has its seat, and all that comes with it.
    private Optional<String> whyNotIn(int nodeId, JoinLink link) {
        // a node that has not begun its part of the quorum must not be counted on
        if (!JoinMark.isMember(given.dataDirectory()))
            return Optional.of(JUST_STARTING);
        return switch (link.ask(request(nodeId, true).build())) {
            case JoinLink.Answer.Lost(var from, var why) -> Optional.of(from + ": " + why);
            case JoinLink.Answer.Told(var from, var told) -> {
                boolean isIn = told.errorCode() == ErrorCode.NONE.code() && told.membership() > 0;
                yield isIn ? arrive(told) : Optional.of(from + ": " + reason(told));
            }
        };
    }

    private Optional<String> arrive(JoinClusterResponse told) {
        passed.accept(JoinStep.SEATED);
        try {
            JoinCredentials.inherit(told.authorityKey(), given.dataDirectory(), told.clusterId());
            passed.accept(JoinStep.INHERITED);
            JoinMark.delete(given.dataDirectory());
            return Optional.empty();
        } catch (IOException | Untrusted notKept) {
            return Optional.of(String.valueOf(notKept.getMessage()));
        }
    }

    private JoinClusterRequest.Builder request(int nodeId, boolean isListening) {
        var settings = given.settings();
        var quorum = settings.quorumListener().orElseThrow();
        var listeners = new ArrayList<JoinClusterRequest.Listener>();
        for (Listener each : settings.advertisedListeners()) {
            listeners.add(JoinClusterRequest.Listener.builder().name(each.name())
                .host(each.host()).port(each.port()).securityProtocol(protocol(settings, each))
                .build());
        }
        return JoinClusterRequest.builder()
            .nodeId(nodeId)
            .directoryId(mark.directoryId())
            .isListening(isListening)
            .rack(settings.find(BrokerNames.BROKER_RACK).orElse(null))
            .quorumHost(quorum.host())
            .quorumPort(quorum.port())
            .listeners(listeners);
    }

    private static String protocol(Settings settings, Listener listener) {
        boolean isForPeers = settings.peerListener().filter(listener.name()::equals).isPresent();
        return isForPeers && settings.isPeerListenerSecured() ? "SSL" : "PLAINTEXT";
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
    }
}

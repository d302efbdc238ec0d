package dev.naru.server;

import dev.naru.base.DiskFault;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.base.Trace;
import dev.naru.broker.Admission;
import dev.naru.config.Listener;
import dev.naru.config.Settings;
import dev.naru.io.NetEvent;
import dev.naru.io.RealEnv;
import dev.naru.metadata.NodeIdentity;
import dev.naru.quorum.JoinMark;
import dev.naru.trust.NamedCertificates;
import dev.naru.trust.NodeName;
import dev.naru.trust.TlsIdentity;
import dev.naru.trust.TrustDirectory;
import dev.naru.trust.Untrusted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// How the nodes of a cluster prove to each other who they are, from the settings and the data directory.
final class PeerSecurity {
    private static final long DAY_NS = TimeUnit.DAYS.toMillis(1) * Now.NS_PER_MS;
    private static final long SOON_MS = TimeUnit.DAYS.toMillis(30);

    private final Settings settings;
    private final Path dataDirectory;
    private final RealEnv ports;
    private final Trace trace;

    PeerSecurity(Settings settings, Path dataDirectory, RealEnv ports, Trace trace) {
        this.settings = settings;
        this.dataDirectory = dataDirectory;
        this.ports = ports;
        this.trace = trace;
    }

    /// What connections between nodes are made with, which is nothing where they are in plaintext, and who
    /// may become a node.
    record Peers(Optional<TlsIdentity> identity, Admission admission) {}

    /// The exception says in one sentence what is missing.
    Peers open() throws Untrusted, IOException {
        if (!settings.isPeerListenerSecured())
            return new Peers(Optional.empty(), Admission.LOOPBACK_ONLY);
        var peers = isNamed(settings)
            ? new Peers(Optional.of(named(settings)), Admission.PROVEN)
            : ofCluster();
        watch(peers.identity().orElseThrow(), ports.loops().getFirst());
        return peers;
    }

    private Peers ofCluster() throws Untrusted, IOException {
        var node = nodeName();
        var directory = TrustDirectory.in(dataDirectory);
        long nowMs = ports.clock().wallMs();
        if (!directory.isThere()) {
            if (settings.quorumVoters().size() > 1 || JoinMark.isMember(dataDirectory)) {
                throw new Untrusted("this node has no certificate of its cluster: make one with "
                    + "naru storage format --tls, or name certificates in ssl.keystore.* and "
                    + "ssl.truststore.*");
            }
            directory.found(node.clusterId(), nowMs);
        }
        var opened = directory.open(node, hosts(), nowMs);
        if (opened.isRenewed()) {
            trace.emit(new NetEvent.CertificateIssued(node.uri(),
                opened.certificate().getNotAfter().toInstant().toString()));
        }
        return new Peers(Optional.of(opened.identity()),
            new TokenAdmission(node.clusterId(), directory, ports.clock()));
    }

    private NodeName nodeName() throws Untrusted {
        try {
            var asked = new NodeIdentity.Asked("", settings.nodeId());
            return switch (NodeIdentity.open(ports.disk(), asked, ports.entropy())) {
                case NodeIdentity.Refused refused -> throw new Untrusted(refused.why());
                case NodeIdentity.Opened(var identity, var _) ->
                    new NodeName(identity.clusterId(), identity.nodeId(), identity.directoryId());
            };
        } catch (DiskFault fault) {
            throw new Untrusted("the data directory: " + fault.getMessage());
        }
    }

    /// Under which other nodes may know this one.
    private List<String> hosts() {
        var name = settings.peerListener().orElseThrow();
        var hosts = new LinkedHashSet<String>();
        var listeners = new ArrayList<>(settings.listeners());
        listeners.addAll(settings.advertisedListeners());
        for (var listener : listeners) {
            if (listener.name().equals(name) && !listener.isWildcard()) hosts.add(listener.host());
        }
        for (var voter : settings.quorumVoters()) {
            boolean isWildcard = new Listener("", voter.host(), 0).isWildcard();
            if (voter.nodeId() == settings.nodeId() && !isWildcard) hosts.add(voter.host());
        }
        return List.copyOf(hosts);
    }

    /// Whether the operator named certificates, instead of the cluster's own.
    static boolean isNamed(Settings settings) {
        return given(settings, "ssl.keystore.location").isPresent()
            || given(settings, "ssl.keystore.key").isPresent();
    }

    /// Reads those.
    static TlsIdentity named(Settings settings) throws Untrusted, IOException {
        return new NamedCertificates(
            new NamedCertificates.Store(given(settings, "ssl.keystore.key"),
                given(settings, "ssl.keystore.certificate.chain"),
                given(settings, "ssl.keystore.location").map(Path::of),
                settings.text("ssl.keystore.type"), password(settings, "ssl.keystore.password"),
                given(settings, "ssl.key.password")),
            new NamedCertificates.Store(Optional.empty(),
                given(settings, "ssl.truststore.certificates"),
                given(settings, "ssl.truststore.location").map(Path::of),
                settings.text("ssl.truststore.type"),
                password(settings, "ssl.truststore.password"), Optional.empty()),
            given(settings, "ssl.endpoint.identification.algorithm").isPresent()).read();
    }

    private static Optional<String> given(Settings settings, String name) {
        return settings.find(name).filter(text -> !text.isEmpty());
    }

    private static String password(Settings settings, String name) {
        return given(settings, name).orElse("");
    }

    /// Says it every day when others will soon not believe this node any more.
    private void watch(TlsIdentity identity, Loop loop) {
        long leftMs = identity.expiresAtMs() - ports.clock().wallMs();
        if (leftMs < SOON_MS) {
            trace.emit(new NetEvent.CertificateEnds(
                Instant.ofEpochMilli(identity.expiresAtMs()).toString()));
        }
        loop.after(DAY_NS, () -> watch(identity, loop));
    }
}

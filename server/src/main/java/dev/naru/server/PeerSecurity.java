package dev.naru.server;

import dev.naru.base.DiskFault;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.base.Trace;
import dev.naru.config.Listener;
import dev.naru.config.Settings;
import dev.naru.io.NetEvent;
import dev.naru.io.RealEnv;
import dev.naru.metadata.NodeIdentity;
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

    /// What connections between nodes are made with; empty where they are in plaintext. The exception says
    /// in one sentence what is missing.
    Optional<TlsIdentity> open() throws Untrusted, IOException {
        if (!settings.isPeerListenerSecured()) return Optional.empty();
        boolean isNamed = given("ssl.keystore.location").isPresent()
            || given("ssl.keystore.key").isPresent();
        var identity = isNamed ? named().read() : ofCluster();
        watch(identity, ports.loops().getFirst());
        return Optional.of(identity);
    }

    private TlsIdentity ofCluster() throws Untrusted, IOException {
        var node = nodeName();
        var directory = TrustDirectory.in(dataDirectory);
        long nowMs = ports.clock().wallMs();
        if (!directory.isThere()) {
            if (settings.quorumVoters().size() > 1) {
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
        return opened.identity();
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

    private NamedCertificates named() {
        return new NamedCertificates(
            new NamedCertificates.Store(given("ssl.keystore.key"),
                given("ssl.keystore.certificate.chain"), file("ssl.keystore.location"),
                settings.text("ssl.keystore.type"), password("ssl.keystore.password"),
                given("ssl.key.password")),
            new NamedCertificates.Store(Optional.empty(), given("ssl.truststore.certificates"),
                file("ssl.truststore.location"), settings.text("ssl.truststore.type"),
                password("ssl.truststore.password"), Optional.empty()),
            given("ssl.endpoint.identification.algorithm").isPresent());
    }

    private Optional<String> given(String name) {
        return settings.find(name).filter(text -> !text.isEmpty());
    }

    private Optional<Path> file(String name) {
        return given(name).map(Path::of);
    }

    private String password(String name) {
        return given(name).orElse("");
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

package dev.naru.server;

import dev.naru.base.Disk;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.config.Settings;
import dev.naru.metadata.LocalMetadataLog;
import dev.naru.metadata.MetadataLogs;
import dev.naru.quorum.GrowingMetadataLogs;
import dev.naru.quorum.JoinMark;
import dev.naru.quorum.QuorumSettings;
import dev.naru.quorum.RatisMetadataLogs;
import dev.naru.quorum.Voter;
import dev.naru.trust.NodeName;
import dev.naru.trust.TlsIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Whether a node agrees with others on the cluster's metadata, and with whom: from what its
/// directory says, and from the settings where the directory is new.
final class Quorums {
    private Quorums() {}

    /// Where a node gets its metadata log, and what ends it on disk and network.
    record Logs(MetadataLogs logs, Runnable end) {}

    /// Where the node keeps things and who it is; `isJoining` when it is on its way into a cluster.
    record Place(Path dataDirectory, Disk disk, Optional<TlsIdentity> identity,
        boolean isJoining) {}

    static Logs of(Settings settings, Place place, Trace trace) {
        var voters = settings.quorumVoters();
        if (voters.size() > 1) {
            var self = voters.stream().filter(voter -> voter.nodeId() == settings.nodeId())
                .findFirst().orElseThrow();
            var members = voters.stream().map(voter -> new Voter(voter.nodeId(),
                voter.directoryId().orElse(Uuid.ZERO), voter.host(), voter.port())).toList();
            return member(quorum(place, self.host(), self.port(), members), trace);
        }
        var listener = settings.quorumListener();
        if (listener.isEmpty())
            return new Logs(LocalMetadataLog.in(place.disk(), trace), () -> {
            });
        var quorum = quorum(place, listener.get().host(), listener.get().port(), List.of());
        if (place.isJoining() || JoinMark.isMember(place.dataDirectory()))
            return member(quorum, trace);
        var growing = new GrowingMetadataLogs(quorum, place.disk(), trace);
        return new Logs(growing, growing::close);
    }

    private static Logs member(QuorumSettings quorum, Trace trace) {
        var logs = new RatisMetadataLogs(quorum, trace);
        return new Logs(logs, logs::close);
    }

    private static QuorumSettings quorum(Place place, String host, int port, List<Voter> voters) {
        return new QuorumSettings(place.dataDirectory(),
            new QuorumSettings.Listening(host, port), voters, QuorumSettings.Tuning.USUAL,
            place.identity().map(Quorums::tls));
    }

    private static QuorumSettings.Tls tls(TlsIdentity identity) {
        return new QuorumSettings.Tls(identity.keyManager().orElseThrow(),
            identity.trustManager(), identity.namesNodes(), certificate -> NodeName.of(certificate)
                .map(name -> Voter.name(name.nodeId(), name.directoryId())));
    }
}

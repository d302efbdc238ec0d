package dev.naru.server;

import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.config.Settings;
import dev.naru.quorum.QuorumSettings;
import dev.naru.quorum.RatisMetadataLogs;
import dev.naru.quorum.Voter;
import dev.naru.trust.NodeName;
import dev.naru.trust.TlsIdentity;
import java.nio.file.Path;
import java.util.Optional;

/// Whether a node agrees with others on the cluster's metadata, and with whom: from the settings.
final class Quorums {
    private Quorums() {}

    /// Empty for a node that is a cluster of its own.
    static Optional<RatisMetadataLogs> of(Settings settings, Path dataDirectory,
        Optional<TlsIdentity> identity, Trace trace) {
        var voters = settings.quorumVoters();
        if (voters.size() <= 1) return Optional.empty();
        var self = voters.stream().filter(voter -> voter.nodeId() == settings.nodeId())
            .findFirst().orElseThrow();
        var members = voters.stream().map(voter -> new Voter(voter.nodeId(),
            voter.directoryId().orElse(Uuid.ZERO), voter.host(), voter.port())).toList();
        return Optional.of(new RatisMetadataLogs(new QuorumSettings(dataDirectory,
            new QuorumSettings.Listening(self.host(), self.port()), members,
            QuorumSettings.Tuning.USUAL, identity.map(Quorums::tls)), trace));
    }

    private static QuorumSettings.Tls tls(TlsIdentity identity) {
        return new QuorumSettings.Tls(identity.keyManager().orElseThrow(),
            identity.trustManager(), identity.namesNodes(), certificate -> NodeName.of(certificate)
                .map(name -> Voter.name(name.nodeId(), name.directoryId())));
    }
}

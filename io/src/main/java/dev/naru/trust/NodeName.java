package dev.naru.trust;

import dev.naru.base.Uuid;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Which node a certificate is for: its subject alternative name of the form
/// `naru:CLUSTER/NODE/DIRECTORY` (a URI, RFC 5280 section 4.2.1.6). The data directory is part of it, as
/// in the quorum: who has another directory is somebody else.
public record NodeName(String clusterId, int nodeId, Uuid directoryId) {
    private static final String SCHEME = "naru:";
    private static final int URI_KIND = 6;

    /// As it stands in a certificate.
    public String uri() {
        return SCHEME + clusterId + "/" + nodeId + "/" + directoryId;
    }

    /// Empty when the text is something else.
    public static Optional<NodeName> parse(String uri) {
        if (!uri.startsWith(SCHEME)) return Optional.empty();
        var parts = uri.substring(SCHEME.length()).split("/", -1);
        if (parts.length != 3 || parts[0].isEmpty()) return Optional.empty();
        try {
            int nodeId = Integer.parseInt(parts[1]);
            if (nodeId < 0) return Optional.empty();
            return Uuid.parse(parts[2]).map(id -> new NodeName(parts[0], nodeId, id));
        } catch (NumberFormatException noNumber) {
            return Optional.empty();
        }
    }

    /// The node a certificate names; empty when it names none, or more than one.
    public static Optional<NodeName> of(X509Certificate certificate) {
        var names = new ArrayList<NodeName>();
        for (var alternative : alternatives(certificate)) {
            if (Integer.valueOf(URI_KIND).equals(alternative.getFirst()))
                parse(String.valueOf(alternative.get(1))).ifPresent(names::add);
        }
        return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
    }

    private static Collection<List<?>> alternatives(X509Certificate certificate) {
        try {
            var found = certificate.getSubjectAlternativeNames();
            return found == null ? List.of() : found;
        } catch (CertificateParsingException broken) {
            return List.of();
        }
    }
}

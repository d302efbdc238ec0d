package dev.naru.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The directory `tls` of a data directory:
///
/// ```
///   ca.pem      the certificate of the cluster's authority
///   ca-key.pem  its key and the certificate, on nodes that may admit others
///   node.pem    this node's key, its certificate, and that of the authority
/// ```
///
/// Files with keys are for their owner only (0600), in a directory that is, too (0700). Each is written
/// whole or not at all.
public final class TrustDirectory {
    private static final String DIRECTORY = "tls";
    private static final String AUTHORITY = "ca.pem";
    private static final String AUTHORITY_KEY = "ca-key.pem";
    private static final String NODE = "node.pem";
    /// In the last third of its life a certificate is renewed.
    private static final int LIFE_PARTS = 3;

    private final Path dataDirectory;
    private final Path directory;

    private TrustDirectory(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
        this.directory = dataDirectory.resolve(DIRECTORY);
    }

    public static TrustDirectory in(Path dataDirectory) {
        return new TrustDirectory(dataDirectory);
    }

    /// What came of opening: what connections are made with, and whether the certificate is a new one.
    public record Opened(TlsIdentity identity, X509Certificate certificate, boolean isRenewed) {}

    /// Whether a cluster's authority is known here.
    public boolean isThere() {
        return Files.exists(directory.resolve(AUTHORITY));
    }

    /// The cluster's authority, if this node may admit others.
    public Optional<ClusterCa> authority(String clusterId) throws IOException, Untrusted {
        var file = directory.resolve(AUTHORITY_KEY);
        if (!Files.exists(file)) return Optional.empty();
        return Optional.of(new ClusterCa(clusterId, Credentials.read(Files.readString(file))));
    }

    /// The certificate of the cluster's authority.
    public X509Certificate authorityCertificate() throws IOException, Untrusted {
        return Pem.certificates(Files.readString(directory.resolve(AUTHORITY))).getFirst();
    }

    /// Makes the authority of a new cluster, here, where there must be none.
    public ClusterCa found(String clusterId, long nowMs) throws IOException, Untrusted {
        var authority = ClusterCa.create(clusterId, nowMs);
        keep(authority);
        return authority;
    }

    /// Keeps an authority, so that this node may admit others.
    public void keep(ClusterCa authority) throws IOException {
        write(AUTHORITY_KEY, authority.credentials().print(), true);
        write(AUTHORITY, Pem.print(authority.credentials().certificate()), false);
    }

    /// Keeps what the cluster answered to a node that asked.
    public void joined(ClusterCa.Asking asking, List<X509Certificate> chain)
        throws IOException, Untrusted {
        write(NODE, asking.with(chain).print(), true);
        write(AUTHORITY, Pem.print(chain.getLast()), false);
    }

    /// The same for an answer in PEM, after a look whether it is what was asked for: a certificate for
    /// this node, under the authority that the token is for.
    public void joined(ClusterCa.Asking asking, String chain, NodeName node,
        Fingerprint authority) throws IOException, Untrusted {
        var certificates = Pem.certificates(chain);
        if (NodeName.of(certificates.getFirst()).filter(node::equals).isEmpty())
            throw new Untrusted("the certificate that the cluster gave is not for " + node.uri());
        if (!Fingerprint.of(certificates.getLast()).equals(authority)) {
            throw new Untrusted("the certificate that the cluster gave is not under the authority"
                + " that the token is for");
        }
        joined(asking, certificates);
    }

    /// Whether there is a certificate for this node that has not ended.
    public boolean lasts(NodeName node, long nowMs) throws IOException, Untrusted {
        var found = credentials();
        return isThere() && found.isPresent() && isFor(node, found.get())
            && untilMs(found.get()) > nowMs;
    }

    /// Opens what is here for a node, which must be the one that it is for. A certificate that is missing,
    /// for another directory or in the last third of its life is made anew where the authority's key is.
    public Opened open(NodeName node, List<String> hosts, long nowMs)
        throws IOException, Untrusted {
        var authority = authority(node.clusterId());
        var found = credentials();
        boolean isFit = found.isPresent() && isFor(node, found.get());
        boolean isFresh = isFit
            && untilMs(found.get()) - nowMs > lifeMs(found.get()) / LIFE_PARTS;
        if (!isFresh && authority.isPresent()) {
            var issued = authority.get().issue(node, hosts, nowMs);
            write(NODE, issued.print(), true);
            return opened(issued, node, true);
        }
        if (!isFit) throw unfit(node, found);
        if (untilMs(found.get()) <= nowMs) {
            throw new Untrusted("this node's certificate has expired on "
                + found.get().certificate().getNotAfter().toInstant()
                + "; start it with --join and a token of its cluster (naru cluster token)");
        }
        return opened(found.get(), node, false);
    }

    private Opened opened(Credentials own, NodeName node, boolean isRenewed)
        throws IOException, Untrusted {
        var identity = TlsIdentity.ofCluster(own, authorityCertificate(), node.clusterId());
        return new Opened(identity, own.certificate(), isRenewed);
    }

    private Optional<Credentials> credentials() throws IOException, Untrusted {
        var file = directory.resolve(NODE);
        if (!Files.exists(file)) return Optional.empty();
        return Optional.of(Credentials.read(Files.readString(file)));
    }

    private static boolean isFor(NodeName node, Credentials found) {
        return NodeName.of(found.certificate()).filter(node::equals).isPresent();
    }

    private static long untilMs(Credentials found) {
        return found.certificate().getNotAfter().toInstant().toEpochMilli();
    }

    private static long lifeMs(Credentials found) {
        return untilMs(found) - found.certificate().getNotBefore().toInstant().toEpochMilli();
    }

    private static Untrusted unfit(NodeName node, Optional<Credentials> found) {
        var name = found.flatMap(each -> NodeName.of(each.certificate()));
        return name.isEmpty()
            ? new Untrusted("this node has no certificate of its cluster")
            : new Untrusted("the certificate in the data directory is for " + name.get().uri()
                + ", and this node is " + node.uri());
    }

    private void write(String name, String text, boolean isSecret) throws IOException {
        Files.createDirectories(dataDirectory);
        boolean isPosix = Files.getFileStore(dataDirectory)
            .supportsFileAttributeView("posix");
        if (!Files.exists(directory)) {
            Files.createDirectory(directory, permissions(isPosix, "rwx------"));
            force(dataDirectory);
        }
        var whole = directory.resolve(name + ".tmp");
        Files.deleteIfExists(whole);
        try (var channel = FileChannel.open(whole,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
            permissions(isPosix, isSecret ? "rw-------" : "rw-r--r--"))) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining())
                channel.write(bytes);
            channel.force(true);
        }
        Files.move(whole, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        force(directory);
    }

    /// None where the file system knows no owners.
    private static FileAttribute<?>[] permissions(boolean isPosix, String text) {
        return isPosix
            ? new FileAttribute<?>[]{
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
            : new FileAttribute<?>[0];
    }

    private static void force(Path directory) throws IOException {
        try (var entry = FileChannel.open(directory)) {
            entry.force(true);
        }
    }
}

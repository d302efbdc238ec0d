package dev.naru.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.base.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The forms in which an operator may name certificates.
final class NamedCertificatesTest {
    private static final String CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";
    private static final String SECRET = "of the file";
    private static final String NONE = "";

    /// Made for this test with openssl pkcs8 -topk8.
    private static final String OPEN_KEY = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLyZRNtNXpeqhouMf
        fI3ANkh00mqWBKPWt0EAaLdeHxehRANCAATv8dBg5h17hPf/M3CS4u4Jr4cB4qbu
        3oGgaFc0zidHkBcrC/Bc8U8mIsyVvbP08yS7v48SRh+1ya3c45Cs6CtQ
        -----END PRIVATE KEY-----
        """;
    /// The same under the secret.
    private static final String LOCKED_KEY = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiXRkIdaGe21wICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEECtQHc3/kyt4vYZpSar+pIwEgZCV
        gW8WGS48Kf6EDlh0oROLqcOv6RnhYXsohK9X+tEE5P8rtBZEHbGnQgMaZkqHVdRP
        RmjMdGAedMHfK63Er1E/UOF6Yh8oQn/y3XHKBySEKT9VnJf98120wuHf2X69mQht
        Hz9vwhMhHvsppylm9gAnZHcWNyajq3+8tCZfZYHrYuBVdVREgD+XDnYHvSYBvJM=
        -----END ENCRYPTED PRIVATE KEY-----
        """;

    @TempDir
    Path directory;
    private ClusterCa authority;
    private Credentials own;

    @BeforeEach void make() throws Exception {
        long nowMs = System.currentTimeMillis();
        authority = ClusterCa.create(CLUSTER, nowMs);
        own = authority.issue(new NodeName(CLUSTER, 1, new Uuid(5, 6)), List.of("127.0.0.1"),
            nowMs);
    }

    @Test void text_in_the_settings() throws Exception {
        var chain = new StringBuilder();
        for (var each : own.chain())
            chain.append(Pem.print(each));
        var key = new NamedCertificates.Store(Optional.of(Pem.print(own.key())),
            Optional.of(chain.toString()), Optional.empty(), "JKS", NONE, Optional.empty());
        var trusted = new NamedCertificates.Store(Optional.empty(),
            Optional.of(Pem.print(authority())), Optional.empty(), "JKS", NONE,
            Optional.empty());
        holds(new NamedCertificates(key, trusted, true).read());
    }

    @Test void files_of_text() throws Exception {
        holds(new NamedCertificates(file("node.pem", own.print()),
            file("ca.pem", "who is believed\n" + Pem.print(authority())), true).read());
    }

    @Test void a_key_under_a_password() throws Exception {
        assertThat(Pem.key(LOCKED_KEY, SECRET.toCharArray()))
            .isEqualTo(Pem.key(OPEN_KEY, new char[0]));
        assertThatThrownBy(() -> Pem.key(LOCKED_KEY, "another".toCharArray()))
            .isInstanceOf(Untrusted.class).hasMessageContaining("password");
    }

    @Test void key_stores_of_java() throws Exception {
        for (var type : List.of("PKCS12", "JKS")) {
            var keys = KeyStore.getInstance(type);
            keys.load(null, null);
            keys.setKeyEntry("node", own.key(), SECRET.toCharArray(),
                own.chain().toArray(X509Certificate[]::new));
            var anchors = KeyStore.getInstance(type);
            anchors.load(null, null);
            anchors.setCertificateEntry("ca", authority());
            holds(new NamedCertificates(stored(keys, type + "-keys"),
                stored(anchors, type + "-anchors"), true).read());
        }
    }

    @Test void what_does_not_do_is_named() throws Exception {
        var trusted = file("ca.pem", Pem.print(authority()));
        var missing = new NamedCertificates.Store(Optional.empty(), Optional.empty(),
            Optional.of(directory.resolve("nowhere.pem")), "PEM", NONE, Optional.empty());
        fails(missing, trusted, "nowhere.pem");
        fails(file("empty.pem", "nothing"), trusted, "no private key");
        fails(file("key.pem", Pem.print(own.key())), trusted, "no certificate");
        fails(file("old.pem", "-----BEGIN RSA PRIVATE KEY-----AAAA-----END RSA PRIVATE KEY-----"),
            trusted, "pkcs8");
        fails(file("node.pem", own.print()), file("none.pem", "nothing"), "no certificate");
        var noStore = Files.writeString(directory.resolve("text.p12"), "text");
        fails(new NamedCertificates.Store(Optional.empty(), Optional.empty(),
            Optional.of(noStore), "PKCS12", NONE, Optional.empty()), trusted, "text.p12");
    }

    private void fails(NamedCertificates.Store key, NamedCertificates.Store trusted,
        String why) {
        assertThatThrownBy(() -> new NamedCertificates(key, trusted, true).read())
            .isInstanceOf(Untrusted.class).hasMessageContaining(why);
    }

    private void holds(TlsIdentity identity) {
        var manager = identity.keyManager().orElseThrow();
        var alias = manager.getClientAliases("EC", null)[0];
        assertThat(manager.getCertificateChain(alias)[0]).isEqualTo(own.certificate());
        assertThat(manager.getPrivateKey(alias)).isEqualTo(own.key());
        assertThat(identity.trustManager().getAcceptedIssuers()).containsExactly(authority());
        assertThat(identity.admitsUnproven()).isFalse();
        assertThat(identity.checksHosts()).isTrue();
    }

    private X509Certificate authority() {
        return authority.credentials().certificate();
    }

    private NamedCertificates.Store file(String name, String text) throws IOException {
        var path = Files.writeString(directory.resolve(name), text);
        return new NamedCertificates.Store(Optional.empty(), Optional.empty(),
            Optional.of(path), "PEM", NONE, Optional.empty());
    }

    private NamedCertificates.Store stored(KeyStore store, String name) throws Exception {
        var path = directory.resolve(name);
        try (var out = Files.newOutputStream(path)) {
            store.store(out, SECRET.toCharArray());
        }
        return new NamedCertificates.Store(Optional.empty(), Optional.empty(),
            Optional.of(path), store.getType(), SECRET, Optional.empty());
    }
}

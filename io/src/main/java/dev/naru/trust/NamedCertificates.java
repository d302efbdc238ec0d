package dev.naru.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Certificates that an operator named instead of the cluster's own, in the forms that Kafka's `ssl.*`
/// settings have: PEM in the setting itself or in a file (KIP-651), or a Java key store.
///
/// @param key what this node shows
/// @param trusted whom it believes
/// @param checksHosts whether another node must be at a host that its certificate names
public record NamedCertificates(Store key, Store trusted, boolean checksHosts) {
    private static final String PEM = "PEM";

    /// Where keys or certificates are: as text, or in a file of a type (PEM, JKS, PKCS12).
    ///
    /// @param password of the file
    /// @param keyPassword of the private key, if it has one of its own
    public record Store(Optional<String> keyText, Optional<String> text, Optional<Path> file,
        String type, String password, Optional<String> keyPassword) {
        private boolean isPem() {
            return text.isPresent() || type.equalsIgnoreCase(PEM);
        }

        private String read() throws Untrusted {
            if (text.isPresent()) return text.get();
            var path = file.orElseThrow();
            try {
                return Files.readString(path);
            } catch (IOException unreadable) {
                throw new Untrusted(path + " cannot be read", unreadable);
            }
        }

        private KeyStore open() throws Untrusted {
            var path = file.orElseThrow();
            try (var in = Files.newInputStream(path)) {
                var store = KeyStore.getInstance(type);
                store.load(in, password.toCharArray());
                return store;
            } catch (IOException | GeneralSecurityException unreadable) {
                throw new Untrusted(path + " cannot be opened as " + type, unreadable);
            }
        }
    }

    /// Reads them; the exception says which does not do.
    public TlsIdentity read() throws Untrusted {
        return TlsIdentity.named(credentials(), anchors(), checksHosts);
    }

    private Credentials credentials() throws Untrusted {
        var password = key.keyPassword().orElse(key.password()).toCharArray();
        if (key.isPem()) {
            var chain = key.read();
            return Credentials.read(key.keyText().orElse(chain), chain, password);
        }
        var store = key.open();
        try {
            for (var alias : names(store)) {
                if (!store.isKeyEntry(alias)) continue;
                var chain = new ArrayList<X509Certificate>();
                for (Certificate each : store.getCertificateChain(alias))
                    chain.add((X509Certificate) each);
                return new Credentials((PrivateKey) store.getKey(alias, password),
                    List.copyOf(chain));
            }
        } catch (GeneralSecurityException locked) {
            throw new Untrusted("the private key in " + key.file().orElseThrow()
                + " cannot be read", locked);
        }
        throw new Untrusted("there is no private key in " + key.file().orElseThrow());
    }

    private List<X509Certificate> anchors() throws Untrusted {
        if (trusted.isPem()) return Pem.certificates(trusted.read());
        var store = trusted.open();
        var anchors = new ArrayList<X509Certificate>();
        try {
            for (var alias : names(store)) {
                if (store.isCertificateEntry(alias))
                    anchors.add((X509Certificate) store.getCertificate(alias));
            }
        } catch (GeneralSecurityException broken) {
            throw new Untrusted(trusted.file().orElseThrow() + " cannot be read", broken);
        }
        if (anchors.isEmpty()) {
            throw new Untrusted("there is no certificate in " + trusted.file().orElseThrow());
        }
        return anchors;
    }

    private static List<String> names(KeyStore store) throws GeneralSecurityException {
        return Collections.list(store.aliases());
    }
}

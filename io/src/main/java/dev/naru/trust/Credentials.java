package dev.naru.trust;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// A private key and the certificate for it, followed by those that vouch for it.
public record Credentials(PrivateKey key, List<X509Certificate> chain) {
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /// Says nothing of the key.
    @Override public String toString() {
        return "credentials of " + certificate().getSubjectX500Principal();
    }

    String print() {
        var text = new StringBuilder(Pem.print(key));
        for (var each : chain)
            text.append(Pem.print(each));
        return text.toString();
    }

    /// Reads what [#print] wrote, or what others write in that form.
    static Credentials read(String text) throws Untrusted {
        return read(text, text, new char[0]);
    }

    static Credentials read(String keyText, String chainText, char[] password)
        throws Untrusted {
        return new Credentials(Pem.key(keyText, password),
            List.copyOf(Pem.certificates(chainText)));
    }
}

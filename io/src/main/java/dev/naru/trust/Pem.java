package dev.naru.trust;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// Keys and certificates as text (RFC 7468). Whatever else is between them is passed over.
final class Pem {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final String ENCRYPTED_KEY = "ENCRYPTED PRIVATE KEY";
    private static final Pattern BLOCK = Pattern
        .compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([A-Za-z0-9+/=\\s]*?)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private Pem() {}

    static String print(X509Certificate certificate) {
        try {
            return print(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateException impossible) {
            throw new IllegalStateException("a certificate that cannot be encoded", impossible);
        }
    }

    static String print(List<X509Certificate> chain) {
        return chain.stream().map(Pem::print).collect(Collectors.joining());
    }

    static String print(PrivateKey key) {
        return print(KEY, key.getEncoded());
    }

    private static String print(String label, byte[] bytes) {
        var encoder = Base64.getMimeEncoder(64, new byte[]{'\n'});
        return "-----BEGIN " + label + "-----\n" + encoder.encodeToString(bytes) + "\n-----END "
            + label + "-----\n";
    }

    /// All certificates, in order; at least one.
    static List<X509Certificate> certificates(String text) throws Untrusted {
        var found = new ArrayList<X509Certificate>();
        var block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).equals(CERTIFICATE))
                found.add(certificate(decoded(block.group(2))));
        }
        if (found.isEmpty()) throw new Untrusted("there is no certificate in PEM form");
        return found;
    }

    static X509Certificate certificate(byte[] bytes) throws Untrusted {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(bytes));
        } catch (CertificateException broken) {
            throw new Untrusted("a certificate cannot be read", broken);
        }
    }

    /// The private key (PKCS #8), which may need its password.
    static PrivateKey key(String text, char[] password) throws Untrusted {
        var block = BLOCK.matcher(text);
        while (block.find()) {
            var label = block.group(1);
            if (label.equals(KEY)) return key(new PKCS8EncodedKeySpec(decoded(block.group(2))));
            if (label.equals(ENCRYPTED_KEY))
                return key(opened(decoded(block.group(2)), password));
            if (label.endsWith(KEY)) {
                throw new Untrusted("the private key is in an older form, BEGIN " + label
                    + "; convert it with openssl pkcs8 -topk8");
            }
        }
        throw new Untrusted("there is no private key in PEM form");
    }

    private static PKCS8EncodedKeySpec opened(byte[] bytes, char[] password) throws Untrusted {
        try {
            var sealed = new EncryptedPrivateKeyInfo(bytes);
            var parameters = sealed.getAlgParameters();
            // PBES2 names its parts in its parameters only
            var algorithm = sealed.getAlgName().equals("PBES2")
                || sealed.getAlgName().equals("1.2.840.113549.1.5.13")
                    ? parameters.toString()
                    : sealed.getAlgName();
            var secret = SecretKeyFactory.getInstance(algorithm)
                .generateSecret(new PBEKeySpec(password));
            var cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, secret, parameters);
            return sealed.getKeySpec(cipher);
        } catch (IOException | GeneralSecurityException wrong) {
            throw new Untrusted("the private key cannot be opened with its password", wrong);
        }
    }

    private static PrivateKey key(PKCS8EncodedKeySpec bytes) throws Untrusted {
        for (var algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(bytes);
            } catch (GeneralSecurityException another) {
                // it is of another kind
            }
        }
        throw new Untrusted("the private key is none of " + String.join(", ", KEY_ALGORITHMS));
    }

    private static byte[] decoded(String text) throws Untrusted {
        try {
            return Base64.getMimeDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException broken) {
            throw new Untrusted("a PEM block is damaged", broken);
        }
    }
}

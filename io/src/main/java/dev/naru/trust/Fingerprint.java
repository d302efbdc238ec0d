package dev.naru.trust;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;

/// SHA-256 of a certificate: what is enough to know it again.
public final class Fingerprint {
    public static final int SIZE_BYTES = 32;

    private final byte[] bytes;

    /// Of exactly [#SIZE_BYTES] bytes.
    public Fingerprint(byte[] bytes) {
        if (bytes.length != SIZE_BYTES) throw new IllegalArgumentException("no fingerprint");
        this.bytes = bytes.clone();
    }

    public static Fingerprint of(X509Certificate certificate) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return new Fingerprint(digest.digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException impossible) {
            throw new IllegalStateException("a certificate without a fingerprint", impossible);
        }
    }

    /// From hexadecimal digits, as [#toString] prints them.
    public static Fingerprint parse(String digits) throws Untrusted {
        try {
            return new Fingerprint(HexFormat.of().parseHex(digits));
        } catch (IllegalArgumentException odd) {
            throw new Untrusted("no fingerprint: '" + digits + "'");
        }
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override public boolean equals(Object other) {
        return other instanceof Fingerprint that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}

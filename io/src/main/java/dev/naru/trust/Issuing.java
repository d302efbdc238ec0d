package dev.naru.trust;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// Writes keys, certificates (RFC 5280) and requests for them (PKCS #10, RFC 2986): EC keys on P-256.
/// What the cluster's authority signs is decided here; of a request only the key counts.
final class Issuing {
    private static final String CURVE = "secp256r1";
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final int SERIAL_BITS = 127;

    private Issuing() {}

    /// When a certificate is valid.
    record Span(long fromMs, long untilMs) {
        private Date from() {
            return Date.from(Instant.ofEpochMilli(fromMs));
        }

        private Date until() {
            return Date.from(Instant.ofEpochMilli(untilMs));
        }
    }

    static KeyPair keyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("a JDK without " + CURVE, missing);
        }
    }

    /// The certificate of a new authority, signed with its own key. It may vouch for nodes only.
    static X509Certificate authority(String clusterId, KeyPair keys, Span span)
        throws Untrusted {
        var name = name("naru cluster " + clusterId);
        try {
            var builder = builder(name, span, name, keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true,
                new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(Extension.subjectKeyIdentifier, false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
            return signed(builder, keys.getPrivate());
        } catch (IOException | GeneralSecurityException | OperatorCreationException failed) {
            throw new Untrusted("the cluster's certificate cannot be made", failed);
        }
    }

    /// The certificate of a node.
    static X509Certificate node(Credentials authority, PublicKey key, NodeName node,
        List<String> hosts, Span span) throws Untrusted {
        try {
            var issuer = X500Name.getInstance(
                authority.certificate().getSubjectX500Principal().getEncoded());
            var tools = new JcaX509ExtensionUtils();
            var builder = builder(issuer, span, name("naru node " + node.nodeId()), key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true,
                new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(
                new KeyPurposeId[]{KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
            builder.addExtension(Extension.subjectAlternativeName, false, names(node, hosts));
            builder.addExtension(Extension.subjectKeyIdentifier, false,
                tools.createSubjectKeyIdentifier(key));
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                tools.createAuthorityKeyIdentifier(authority.certificate()));
            return signed(builder, authority.key());
        } catch (IOException | GeneralSecurityException | OperatorCreationException
            | IllegalArgumentException failed) {
            throw new Untrusted("the node's certificate cannot be made", failed);
        }
    }

    /// What a node sends to have its key certified; it shows that the key is its own.
    static byte[] request(KeyPair keys, NodeName node) throws Untrusted {
        try {
            var signer = new JcaContentSignerBuilder(SIGNATURE).build(keys.getPrivate());
            return new JcaPKCS10CertificationRequestBuilder(name("naru node " + node.nodeId()),
                keys.getPublic()).build(signer).getEncoded();
        } catch (IOException | OperatorCreationException failed) {
            throw new Untrusted("a certificate cannot be asked for", failed);
        }
    }

    /// The key of a request, if who asks has it.
    static PublicKey requested(byte[] request) throws Untrusted {
        try {
            var asked = new JcaPKCS10CertificationRequest(request);
            var key = asked.getPublicKey();
            if (!key.getAlgorithm().equals("EC")) {
                throw new Untrusted("the request is for a key of another kind than EC");
            }
            var verifier = new JcaContentVerifierProviderBuilder().build(key);
            if (asked.isSignatureValid(verifier)) return key;
        } catch (IOException | GeneralSecurityException | OperatorCreationException
            | PKCSException | IllegalArgumentException broken) {
            throw new Untrusted("the request for a certificate cannot be read", broken);
        }
        throw new Untrusted("the request for a certificate is not signed with its own key");
    }

    private static X509v3CertificateBuilder builder(X500Name issuer, Span span, X500Name subject,
        PublicKey key) {
        var serial = new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE);
        return new JcaX509v3CertificateBuilder(issuer, serial, span.from(), span.until(), subject,
            key);
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
    }

    private static GeneralNames names(NodeName node, List<String> hosts) {
        var names = new GeneralName[hosts.size() + 1];
        names[0] = new GeneralName(GeneralName.uniformResourceIdentifier, node.uri());
        for (int at = 0; at < hosts.size(); at++) {
            var host = hosts.get(at);
            boolean isAddress = host.indexOf(':') >= 0 || host.matches("\\d+(\\.\\d+){3}");
            names[at + 1] = new GeneralName(
                isAddress ? GeneralName.iPAddress : GeneralName.dNSName, host);
        }
        return new GeneralNames(names);
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
        throws IOException, OperatorCreationException, Untrusted {
        var signer = new JcaContentSignerBuilder(SIGNATURE).build(key);
        return Pem.certificate(builder.build(signer).getEncoded());
    }
}

package dev.naru.trust;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/// What an operator takes from a cluster to a new node: which cluster it is, by which certificate the
/// node knows it before it says anything, and what the node shows for itself. As text:
///
/// ```
/// naru1- | base64url of: fingerprint 32 | id 9 | secret 24 | cluster id (UTF-8) | CRC-32C of all before 4
/// ```
public final class JoinToken {
    private static final String PREFIX = "naru1-";
    private static final int ID_BYTES = 9;
    private static final int SECRET_BYTES = 24;
    private static final int CHECK_BYTES = 4;
    private static final int BYTES_MIN = Fingerprint.SIZE_BYTES + ID_BYTES + SECRET_BYTES
        + CHECK_BYTES;

    private final String clusterId;
    private final Fingerprint authority;
    private final Secret secret;

    /// The part that is made up for a token: its id, and what only its holder knows.
    public static final class Secret {
        private final byte[] id;
        private final byte[] secret;

        private Secret(byte[] id, byte[] secret) {
            this.id = id;
            this.secret = secret;
        }

        /// A new one; nobody guesses it.
        public static Secret random() {
            var random = new SecureRandom();
            var made = new Secret(new byte[ID_BYTES], new byte[SECRET_BYTES]);
            random.nextBytes(made.id);
            random.nextBytes(made.secret);
            return made;
        }

        /// The token's name, which is no secret.
        public String id() {
            return Base64.getUrlEncoder().encodeToString(id);
        }

        /// What the cluster keeps.
        public String hash() {
            return JoinToken.hash(ByteBuffer.wrap(secret));
        }
    }

    public JoinToken(String clusterId, Fingerprint authority, Secret secret) {
        this.clusterId = clusterId;
        this.authority = authority;
        this.secret = secret;
    }

    /// Reads what [#print] wrote. The exception says what is wrong without repeating it.
    public static JoinToken parse(String text) throws Untrusted {
        if (!text.startsWith(PREFIX))
            throw new Untrusted("the join token does not begin with " + PREFIX);
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException damaged) {
            throw new Untrusted("the join token is damaged: copy all of it");
        }
        if (bytes.length <= BYTES_MIN || check(bytes) != ByteBuffer.wrap(bytes)
            .getInt(bytes.length - CHECK_BYTES)) {
            throw new Untrusted("the join token is damaged: copy all of it");
        }
        var in = ByteBuffer.wrap(bytes, 0, bytes.length - CHECK_BYTES);
        var authority = new Fingerprint(take(in, Fingerprint.SIZE_BYTES));
        var secret = new Secret(take(in, ID_BYTES), take(in, SECRET_BYTES));
        return new JoinToken(StandardCharsets.UTF_8.decode(in).toString(), authority, secret);
    }

    private static byte[] take(ByteBuffer in, int count) {
        var part = new byte[count];
        in.get(part);
        return part;
    }

    private static int check(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - CHECK_BYTES);
        return (int) crc.getValue();
    }

    /// The whole token, which lets its holder make a node.
    public String print() {
        var cluster = clusterId.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(BYTES_MIN + cluster.length).put(authority.bytes())
            .put(secret.id).put(secret.secret).put(cluster).putInt(0).array();
        ByteBuffer.wrap(bytes).putInt(bytes.length - CHECK_BYTES, check(bytes));
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public String clusterId() {
        return clusterId;
    }

    public Fingerprint authority() {
        return authority;
    }

    public String id() {
        return secret.id();
    }

    public ByteBuffer secret() {
        return ByteBuffer.wrap(secret.secret.clone());
    }

    /// What the cluster keeps of a secret, as hexadecimal digits.
    public static String hash(ByteBuffer secret) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(secret.duplicate());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("a JDK without SHA-256", missing);
        }
    }

    /// Says nothing of the secret.
    @Override public String toString() {
        return "join token " + id() + " of cluster " + clusterId;
    }
}

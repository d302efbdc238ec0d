package dev.naru.log;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The newest offset of each key, in a table of fixed size. Owned by a pass of cleaning. A key is known by
/// the first 128 bits of its SHA-256, so that memory does not depend on the sizes of keys; nobody can
/// find two keys that are mistaken for each other.
///
/// ```
/// slot: hash (16) | offset + 1, 0 when the slot is free (8)
/// ```
final class KeyTable {
    private static final int LONGS = 3;
    private static final long LONGS_MAX = Integer.MAX_VALUE - 8L;
    private static final double LOAD_FACTOR_MIN = 0.1;
    private static final double LOAD_FACTOR_MAX = 0.95;

    private final long[] slots;
    private final int slotCount;
    private final int keysMax;
    private final MessageDigest digest;
    private final byte[] hash;
    private int keyCount;

    KeyTable(int keysMax, double loadFactor) {
        double full = Math.clamp(loadFactor, LOAD_FACTOR_MIN, LOAD_FACTOR_MAX);
        this.slotCount = (int) Math.min(LONGS_MAX / LONGS, (long) (keysMax / full) + 2);
        this.keysMax = Math.min(keysMax, slotCount - 1);
        this.slots = new long[slotCount * LONGS];
        this.digest = sha256();
        this.hash = new byte[digest.getDigestLength()];
    }

    boolean hasRoomFor(int count) {
        return keyCount + (long) count <= keysMax;
    }

    int keyCount() {
        return keyCount;
    }

    void put(ByteBuffer key, long offset) {
        int at = slotOf(key);
        if (slots[at + 2] == 0) keyCount++;
        slots[at] = ByteBuffer.wrap(hash).getLong(0);
        slots[at + 1] = ByteBuffer.wrap(hash).getLong(Long.BYTES);
        slots[at + 2] = offset + 1;
    }

    /// -1 when the key is not known.
    long newest(ByteBuffer key) {
        return slots[slotOf(key) + 2] - 1;
    }

    /// Where the key is, or could go.
    private int slotOf(ByteBuffer key) {
        digest.update(key.duplicate());
        try {
            digest.digest(hash, 0, hash.length);
        } catch (java.security.DigestException tooShort) {
            throw new IllegalStateException(tooShort);
        }
        var bits = ByteBuffer.wrap(hash);
        long high = bits.getLong(0);
        long low = bits.getLong(Long.BYTES);
        int slot = (int) Long.remainderUnsigned(high, slotCount);
        while (true) {
            int at = slot * LONGS;
            if (slots[at + 2] == 0 || (slots[at] == high && slots[at + 1] == low)) return at;
            slot = slot + 1 == slotCount ? 0 : slot + 1;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}

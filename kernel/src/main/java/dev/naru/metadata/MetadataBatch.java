package dev.naru.metadata;

import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What a controller proposes at once: applied whole, and only by nodes whose last accepted batch
/// is `basedOn` (I15). A block of a snapshot has the same form; there `basedOn` is the last
/// accepted index.
///
/// ```
/// format 1 byte | controller epoch | basedOn | number of facts | facts
/// fact: kind | version | size in bytes | body
/// ```
record MetadataBatch(int controllerEpoch, long basedOn, List<ClusterRecord> facts) {
    private static final byte FORMAT = 1;

    ByteBuffer encode() {
        var out = new FactWriter();
        out.int8(FORMAT);
        out.unsigned(controllerEpoch);
        out.unsigned(basedOn);
        out.unsigned(facts.size());
        var body = new FactWriter();
        for (var fact : facts)
            FactCodec.write(fact, out, body);
        return out.copy();
    }

    static MetadataBatch decode(ByteBuffer bytes) throws Undecodable {
        var in = new FactReader(bytes.slice());
        byte format = in.int8();
        if (format != FORMAT) throw new Undecodable("metadata of format " + format);
        int controllerEpoch = in.count(Integer.MAX_VALUE);
        long basedOn = in.unsigned();
        int count = in.count(bytes.remaining());
        var facts = new ArrayList<ClusterRecord>(Math.min(count, Limits.INITIAL_CAPACITY_MAX));
        try {
            for (int i = 0; i < count; i++)
                facts.add(FactCodec.read(in));
        } catch (Invariant.Broken impossible) {
            throw new Undecodable("a fact that cannot be: " + impossible.getMessage());
        }
        if (!in.isAtEnd()) throw new Undecodable("bytes after the last fact");
        return new MetadataBatch(controllerEpoch, basedOn, facts);
    }
}

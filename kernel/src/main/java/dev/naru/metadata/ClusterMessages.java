package dev.naru.metadata;

import dev.naru.base.Invariant;
import java.nio.ByteBuffer;

/// Requests to the controller and its answers as bytes, for the way between nodes. Kinds and versions
/// are only ever added, and each side reads all that an older one wrote; what a newer one wrote is
/// [Undecodable], and answered UNSUPPORTED_VERSION.
///
/// ```
/// kind | version | fields
/// ```
public final class ClusterMessages {
    private ClusterMessages() {}

    public static ByteBuffer encode(ClusterRequest request) {
        var out = new FactWriter();
        new RequestWriter(out).write(request);
        return out.copy();
    }

    public static ClusterRequest decodeRequest(ByteBuffer bytes) throws Undecodable {
        return decode(bytes, in -> new RequestReader(in).read());
    }

    public static ByteBuffer encode(ClusterAnswer answer) {
        var out = new FactWriter();
        new AnswerWriter(out).write(answer);
        return out.copy();
    }

    public static ClusterAnswer decodeAnswer(ByteBuffer bytes) throws Undecodable {
        return decode(bytes, in -> new AnswerReader(in).read());
    }

    private static <M> M decode(ByteBuffer bytes, Decoder<M> decoder) throws Undecodable {
        var in = new FactReader(bytes.slice());
        try {
            var message = decoder.read(in);
            if (!in.isAtEnd()) throw new Undecodable("bytes after the end of a message");
            return message;
        } catch (Invariant.Broken impossible) {
            throw new Undecodable("a message that cannot be: " + impossible.getMessage());
        }
    }

    private interface Decoder<M> {
        M read(FactReader in) throws Undecodable;
    }

    /// Numbers of the requests on the wire.
    enum RequestKind {
        CREATE_TOPICS(1), DELETE_TOPICS(2), CREATE_PARTITIONS(3), ALTER_CONFIGS(
            4), INCREMENTAL_ALTER_CONFIGS(5), FORM_CLUSTER(6), REGISTER_NODE(
                7), GRANT_PRODUCER_IDS(8), UPDATE_FEATURES(9), ELECT_LEADERS(10), REASSIGN(
                    11), HEARTBEAT(12), ALTER_ISR(
                        13), COMMITTED_INDEX(14), UNREGISTER_NODE(
                            15), HAND_OVER(16), DESCRIBE_BALANCE(
                                20), TELL_SIZES(21), QUORUM(40), ADMIT_NODE(
                                    41), ISSUE_JOIN_TOKEN(42), ADMIT_WITH_TOKEN(43);

        private final int id;

        RequestKind(int id) {
            this.id = id;
        }

        int id() {
            return id;
        }

        static RequestKind of(long id) throws Undecodable {
            for (var kind : values()) {
                if (kind.id == id) return kind;
            }
            throw new Undecodable("a request of unknown kind " + id);
        }
    }

    /// Numbers of the answers on the wire.
    enum AnswerKind {
        FAILED(1), TOPICS_CREATED(2), TOPICS_DELETED(3), PARTITIONS_CREATED(4), CONFIGS_ALTERED(
            5), FORMED(6), NODE_ACCEPTED(7), PRODUCER_IDS(
                8), LEADERS_ELECTED(9), REASSIGNED(10), FEATURES_UPDATED(
                    11), HEARD(12), ISR_ALTERED(
                        13), COMMITTED(14), UNREGISTERED(
                            15), BALANCE_DESCRIBED(
                                20), SIZES_HEARD(21), QUORUM(40), NODE_ADMITTED(
                                    41), JOIN_TOKEN_GIVEN(42);

        private final int id;

        AnswerKind(int id) {
            this.id = id;
        }

        int id() {
            return id;
        }

        static AnswerKind of(long id) throws Undecodable {
            for (var kind : values()) {
                if (kind.id == id) return kind;
            }
            throw new Undecodable("an answer of unknown kind " + id);
        }
    }
}

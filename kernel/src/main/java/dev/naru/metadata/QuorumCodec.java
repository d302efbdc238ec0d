package dev.naru.metadata;

import dev.naru.metadata.ClusterAnswer.QuorumChanged;
import dev.naru.metadata.ClusterAnswer.QuorumSeen;
import dev.naru.metadata.ClusterRequest.ChangeQuorum;
import dev.naru.metadata.ClusterRequest.DescribeQuorum;
import dev.naru.metadata.ClusterRequest.OfQuorum;
import dev.naru.metadata.QuorumChange.AddObserver;
import dev.naru.metadata.QuorumChange.AddVoter;
import dev.naru.metadata.QuorumChange.Forget;
import dev.naru.metadata.QuorumChange.RemoveVoter;
import java.util.List;

/// What is asked of the quorum, and its answers, as bytes between nodes.
final class QuorumCodec {
    private static final byte DESCRIBE = 0;
    private static final byte ADD_VOTER = 1;
    private static final byte ADD_OBSERVER = 2;
    private static final byte REMOVE_VOTER = 3;
    private static final byte FORGET = 4;
    private static final byte SEEN = 0;
    private static final byte CHANGED = 1;

    private QuorumCodec() {}

    static void write(OfQuorum request, FactWriter out) {
        switch (request) {
            case DescribeQuorum _ -> out.int8(DESCRIBE);
            case ChangeQuorum(var change) -> write(change, out);
        }
    }

    private static void write(QuorumChange change, FactWriter out) {
        out.int8(switch (change) {
            case AddVoter _ -> ADD_VOTER;
            case AddObserver _ -> ADD_OBSERVER;
            case RemoveVoter _ -> REMOVE_VOTER;
            case Forget _ -> FORGET;
        });
        out.signed(change.nodeId());
        out.uuid(change.directoryId());
        switch (change) {
            case AddVoter add -> address(add.host(), add.port(), out);
            case AddObserver add -> address(add.host(), add.port(), out);
            case RemoveVoter _,Forget _ -> {
            }
        }
    }

    private static void address(String host, int port, FactWriter out) {
        out.string(host);
        out.signed(port);
    }

    static OfQuorum request(FactReader in) throws Undecodable {
        byte kind = in.int8();
        return switch (kind) {
            case DESCRIBE -> new DescribeQuorum();
            case ADD_VOTER -> new ChangeQuorum(new AddVoter(in.int32(), in.uuid(), in.string(),
                in.int32()));
            case ADD_OBSERVER -> new ChangeQuorum(new AddObserver(in.int32(), in.uuid(),
                in.string(), in.int32()));
            case REMOVE_VOTER -> new ChangeQuorum(new RemoveVoter(in.int32(), in.uuid()));
            case FORGET -> new ChangeQuorum(new Forget(in.int32(), in.uuid()));
            default -> throw new Undecodable("an unknown change of the quorum: " + kind);
        };
    }

    static void write(ClusterAnswer.OfQuorum answer, FactWriter out) {
        switch (answer) {
            case QuorumSeen(var quorum) -> seen(quorum, out);
            case QuorumChanged _ -> out.int8(CHANGED);
        }
    }

    private static void seen(Quorum quorum, FactWriter out) {
        out.int8(SEEN);
        out.signed(quorum.leaderId());
        out.signed(quorum.leaderEpoch());
        out.signed(quorum.committedIndex());
        members(quorum.voters(), out);
        members(quorum.observers(), out);
    }

    private static void members(List<Quorum.Member> members, FactWriter out) {
        out.list(members, member -> {
            out.signed(member.nodeId());
            out.uuid(member.directoryId());
            address(member.host(), member.port(), out);
            out.signed(member.lastIndex());
            out.signed(member.answeredAgeMs());
            out.signed(member.caughtUpAgeMs());
        });
    }

    static ClusterAnswer.OfQuorum answer(FactReader in) throws Undecodable {
        byte kind = in.int8();
        return switch (kind) {
            case SEEN -> new QuorumSeen(new Quorum(in.int32(), in.int32(), in.signed(),
                members(in), members(in)));
            case CHANGED -> new QuorumChanged();
            default -> throw new Undecodable("an unknown answer of the quorum: " + kind);
        };
    }

    private static List<Quorum.Member> members(FactReader in) throws Undecodable {
        return in.list(() -> new Quorum.Member(in.int32(), in.uuid(), in.string(), in.int32(),
            in.signed(), in.signed(), in.signed()));
    }
}

package dev.naru.quorum;

import dev.naru.base.Uuid;
import java.util.Optional;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/// A member of the quorum and where its peers reach it. The directory is part of who it is: a node
/// with another directory is somebody else, who has no vote.
public record Voter(int nodeId, Uuid directoryId, String host, int port) {
    private static final char SEPARATOR = '-';

    RaftPeerId peerId() {
        return peerId(nodeId, directoryId);
    }

    RaftPeer peer() {
        return RaftPeer.newBuilder().setId(peerId()).setAddress(host + ":" + port).build();
    }

    static RaftPeerId peerId(int nodeId, Uuid directoryId) {
        return RaftPeerId.valueOf(nodeId + "" + SEPARATOR + directoryId);
    }

    /// What a member is called in the quorum.
    public static String name(int nodeId, Uuid directoryId) {
        return peerId(nodeId, directoryId).toString();
    }

    static Voter of(RaftPeer peer) {
        String address = peer.getAddress();
        int colon = address.lastIndexOf(':');
        return new Voter(nodeId(peer.getId()), directoryId(peer.getId()),
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    static int nodeId(RaftPeerId id) {
        var text = id.toString();
        return Integer.parseInt(text.substring(0, text.indexOf(SEPARATOR)));
    }

    static Uuid directoryId(RaftPeerId id) {
        var text = id.toString();
        Optional<Uuid> directory = Uuid.parse(text.substring(text.indexOf(SEPARATOR) + 1));
        return directory.orElse(Uuid.ZERO);
    }
}

package dev.naru.base;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Connections that carry frames: a four-byte big-endian length, then that many bytes (the Kafka framing).
/// Order within a direction of one connection is kept; nothing else is promised.
public interface Net {
    /// Listens. Returns the port, which differs from the one asked for when that was 0.
    /// Fails with the system's reason ("address already in use") in the exception's message.
    Listening listen(String host, int port, Acceptor acceptor) throws NetFault;

    /// Opens a connection from `loop`; `listener` hears [Listener#onOpen] or [Listener#onClosed].
    void dial(String host, int port, Loop loop, Listener listener);

    /// Gives a listener to each connection that arrives; called on the channel's loop.
    interface Acceptor {
        Listener accept(Channel channel);
    }

    /// An open door.
    interface Listening {
        int port();

        /// Closes it; connections already there stay.
        void close();
    }

    /// What a connection tells its owner, always on the channel's loop.
    interface Listener {
        /// A dialled connection is ready. (An accepted one is ready when it is accepted.)
        default void onOpen(Channel channel) {}

        /// A frame of `lengthBytes` has been announced; nothing of it has been read. REFUSE closes. WAIT
        /// leaves the bytes with the sender until [Channel#admitted].
        Admission admit(int lengthBytes);

        /// A whole frame, without its length.
        void onFrame(Frame frame);

        /// It is over; said once, and nothing is said after it. `reason` is for people.
        void onClosed(String reason);

        /// What was asked to be sent has left, after [Channel#isWritable] had been false.
        default void onWritable() {}
    }

    enum Admission {
        READ, WAIT, REFUSE
    }

    /// Bytes that arrived, lent until released.
    interface Frame {
        ByteBuffer bytes();

        /// Gives the memory back; the buffer and every slice of it are then somebody else's. Once.
        void release();
    }

    /// One connection. All calls on its loop.
    interface Channel {
        Loop loop();

        /// Sends one frame: its length is added in front. Takes over the leases within.
        void send(List<Bytes> frame);

        /// False while more is queued than the other side takes; sending still works, but stop soon.
        boolean isWritable();

        /// The frame that was told to WAIT may be read now.
        void admitted();

        void pauseReading();

        void resumeReading();

        /// Sends what is queued, then closes.
        void closeAfterFlush();

        void close();

        /// Address and port of the other side, for logs.
        String peer();

        /// Address of the other side without the port.
        String peerHost();

        /// Whether the other side is on this machine.
        default boolean isFromHere() {
            return false;
        }

        /// Port on this side.
        int localPort();

        /// What the other side has proved.
        default Proof proof() {
            return Proof.NOT_ASKED;
        }

        /// Which node it has proved to be; empty where certificates do not say that.
        default Optional<Member> member() {
            return Optional.empty();
        }
    }

    /// A node of the cluster, by its id and its data directory's.
    record Member(int nodeId, Uuid directoryId) {}

    /// What the other side of a connection has proved about itself.
    enum Proof {
        /// Nothing is proved on this net: whoever can reach it is believed.
        NOT_ASKED,
        /// It could have shown a certificate and did not: it is nobody.
        NONE,
        /// That it belongs to the cluster.
        MEMBER
    }

    /// A listener could not be opened.
    final class NetFault extends Exception {
        public NetFault(String reason) {
            super(reason);
        }
    }
}

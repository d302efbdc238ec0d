package dev.naru.compat.wire;

import dev.naru.compat.broker.Broker;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A connection that sends whatever bytes it is given, and reads whole frames.
final class RawClient implements AutoCloseable {
    /// A net for hangs, not a claim.
    private static final int PATIENCE_MS = 60_000;
    private static final int FRAME_BYTES_MAX = 64 << 20;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    RawClient(Broker broker) {
        try {
            socket = broker.connect();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MS);
            out = socket.getOutputStream();
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// Sends these bytes as they are. That the other side closed meanwhile is found out by reading.
    RawClient send(byte[] bytes) {
        return send(bytes, 0, bytes.length);
    }

    RawClient send(byte[] bytes, int from, int count) {
        try {
            out.write(bytes, from, count);
            out.flush();
        } catch (IOException closed) {
            return this;
        }
        return this;
    }

    /// The next frame without its length, or nothing when the connection is closed. Fails when neither comes.
    Optional<ByteBuffer> next() {
        try {
            int length = in.readInt();
            if (length < 4 || length > FRAME_BYTES_MAX) {
                throw new AssertionError("a frame of " + length + " bytes");
            }
            return Optional.of(ByteBuffer.wrap(in.readNBytes(length)));
        } catch (SocketTimeoutException hung) {
            throw new AssertionError("neither an answer nor a closed connection", hung);
        } catch (EOFException closed) {
            return Optional.empty();
        } catch (IOException reset) {
            return Optional.empty();
        }
    }

    /// The next answer: the body after the correlation id, which must be this one.
    ByteBuffer answer(int correlation) {
        var frame = next()
            .orElseThrow(() -> new AssertionError("closed instead of answer " + correlation));
        int found = frame.getInt();
        if (found != correlation)
            throw new AssertionError("answer " + found + ", not " + correlation);
        return frame;
    }

    /// True when the other side has closed, whatever it said before.
    boolean isClosedByPeer() {
        try {
            in.transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /// Whether everything sent so far is answered, up to this correlation id, or will wait, or never will be.
    Reaction reaction(int lastCorrelation, int patienceMs) {
        try {
            socket.setSoTimeout(patienceMs);
            while (true) {
                int length = in.readInt();
                if (length < 4 || length > FRAME_BYTES_MAX) {
                    throw new AssertionError("a frame of " + length + " bytes");
                }
                if (ByteBuffer.wrap(in.readNBytes(length)).getInt() == lastCorrelation) {
                    return Reaction.ANSWERED;
                }
            }
        } catch (SocketTimeoutException waits) {
            return Reaction.WAITS;
        } catch (IOException closed) {
            return Reaction.CLOSED;
        }
    }

    /// What became of a connection's requests.
    enum Reaction {
        ANSWERED, CLOSED, WAITS
    }

    @Override public void close() {
        try {
            socket.close();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}

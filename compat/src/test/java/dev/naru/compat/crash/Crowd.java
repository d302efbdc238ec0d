package dev.naru.compat.crash;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Connections that each send a large produce request, or its beginning, and stay.
public final class Crowd implements AutoCloseable {
    private static final int REQUEST_BYTES = 50 << 20;
    private static final int CONNECT_MS_MAX = 30_000;
    private static final byte[] CHUNK = new byte[1 << 16];

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isOver;

    private Crowd() {}

    /// They begin at once, and end when this is closed.
    public static Crowd press(InetSocketAddress at, String topic, int connections) {
        var crowd = new Crowd();
        for (int n = 0; n < connections; n++) {
            boolean onlyAnnounces = n % 2 == 0;
            crowd.threads
                .add(Thread.ofVirtual().start(() -> crowd.crowd(at, topic, onlyAnnounces)));
        }
        return crowd;
    }

    @Override public void close() {
        isOver = true;
        for (var one : threads) {
            try {
                one.join();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Sends the head of a large produce request, and then all of it, or keeps the rest back.
    private void crowd(InetSocketAddress at, String topic, boolean onlyAnnounces) {
        try (var socket = new Socket()) {
            socket.connect(at, CONNECT_MS_MAX);
            var out = socket.getOutputStream();
            out.write(head(topic));
            if (onlyAnnounces) out.write(CHUNK);
            int left = onlyAnnounces ? 0 : REQUEST_BYTES;
            while (left > 0 && !isOver) {
                int count = Math.min(left, CHUNK.length);
                out.write(CHUNK, 0, count);
                left -= count;
            }
            // whoever announced stays until the broker or the test has enough
            socket.setSoTimeout(100);
            while (!isOver)
                readOrWait(socket);
        } catch (IOException refused) {
            // to be refused is one of the two things that may happen
            return;
        }
    }

    private static void readOrWait(Socket socket) throws IOException {
        try {
            if (socket.getInputStream().read() < 0) throw new IOException("closed");
        } catch (SocketTimeoutException still) {
            return;
        }
    }

    /// Produce, version 7, of one partition whose records take the rest of the frame.
    private static byte[] head(String topic) {
        byte[] name = topic.getBytes(StandardCharsets.US_ASCII);
        var head = ByteBuffer.allocate(64 + name.length);
        head.putInt(0).putShort((short) 0).putShort((short) 7).putInt(1).putShort((short) -1);
        head.putShort((short) -1).putShort((short) -1).putInt(30_000).putInt(1);
        head.putShort((short) name.length).put(name).putInt(1).putInt(0).putInt(REQUEST_BYTES);
        int length = head.position();
        head.putInt(0, length - 4 + REQUEST_BYTES);
        return Arrays.copyOf(head.array(), length);
    }
}

package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Many clients with large requests, a broker with little memory; `-Dcompat.memory.connections=500` for the
/// long run.
class MemoryTest {
    private static final int CONNECTIONS = Integer.getInteger("compat.memory.connections", 40);
    private static final int REQUEST_BYTES = 50 << 20;
    private static final byte[] CHUNK = new byte[1 << 16];

    @Test void many_large_requests_are_slowed_or_refused_and_others_are_served() throws Exception {
        assumeFalse(Brokers.areKafka(),
            "Apache Kafka does not bound the memory of requests by default");
        var directory = Files.createTempDirectory("naru-compat-");
        try (var broker = Brokers.start(directory, Map.of(), List.of("-Xmx256m"))) {
            var clients = new Clients(broker);
            String topic = clients.topic(1);
            var isOver = new AtomicBoolean();
            var crowd = new ArrayList<Thread>();
            for (int n = 0; n < CONNECTIONS; n++) {
                boolean onlyAnnounces = n % 2 == 0;
                crowd.add(
                    Thread.ofVirtual().start(() -> crowd(broker, topic, onlyAnnounces, isOver)));
            }
            clients.send(topic, 0, List.of("while", "they", "press"));
            assertThat(clients.everythingIn(topic)).hasSize(3);
            isOver.set(true);
            for (var one : crowd)
                one.join();
            assertThat(broker.isAlive()).as(broker.output()).isTrue();
            clients.send(topic, 0, List.of("afterwards"));
            assertThat(clients.everythingIn(topic)).hasSize(4);
        }
    }

    /// Sends the head of a large produce request, and then all of it, or keeps the rest back.
    private static void crowd(Broker broker, String topic, boolean onlyAnnounces,
        AtomicBoolean isOver) {
        try (Socket socket = broker.connect()) {
            var out = socket.getOutputStream();
            out.write(head(topic));
            if (onlyAnnounces) out.write(CHUNK);
            int left = onlyAnnounces ? 0 : REQUEST_BYTES;
            while (left > 0 && !isOver.get()) {
                int count = Math.min(left, CHUNK.length);
                out.write(CHUNK, 0, count);
                left -= count;
            }
            // whoever announced stays until the broker or the test has enough
            socket.setSoTimeout(100);
            while (!isOver.get())
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

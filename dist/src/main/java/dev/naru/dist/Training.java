package dev.naru.dist;

import dev.naru.server.Main;
import dev.naru.server.Serving;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The run behind the start-up cache: a server and the commands people use first, each once, in one JVM that
/// remembers what they needed. Run by the launcher with a scratch directory; ends normally or not at all.
public final class Training {
    private Training() {}

    /// Uses Naru once in the directory given.
    public static void main(String[] arguments) throws IOException {
        var words = List.of("start", "--data", arguments[0] + "/data", "--listen", "127.0.0.1:0");
        var serving = Main.start(words, System.err).orElseThrow();
        use(serving);
        serving.close();
        System.exit(0);
    }

    private static void use(Serving serving) throws IOException {
        String address = serving.listeners().getFirst();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var request = ByteBuffer.allocate(4 + 10).putInt(10).putShort((short) 18)
                .putShort((short) 0)
                .putInt(7).putShort((short) -1);
            socket.getOutputStream().write(request.array());
            var answer = new DataInputStream(socket.getInputStream());
            answer.readNBytes(answer.readInt());
        }
        for (String line : List.of("topic create t -p 2", "topic list", "topic describe t --json",
            "produce t", "consume t -e", "group list", "kafka-topics --list")) {
            var words = new ArrayList<>(List.of(line.split(" ", -1)));
            words.add("--bootstrap-server");
            words.add("127.0.0.1:" + port);
            dev.naru.cli.Main.call(words.toArray(String[]::new));
        }
    }
}

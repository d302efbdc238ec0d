package dev.naru.compat.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;

/// A broker in a process of its own, on a data directory and a port that outlive its restarts. Whoever starts
/// one closes it; what is left is ended with this JVM.
public interface Broker extends AutoCloseable {
    int port();

    Path dataDirectory();

    /// Everything the process said since its last start, at most the last part of it.
    String output();

    boolean isAlive();

    /// Ends the process as a crash does: SIGKILL. Returns when it is gone.
    void kill();

    /// Asks the process to stop: SIGTERM. Returns when it is gone, with its exit code.
    int stop();

    /// Starts the process again, on the same data and the same port. Returns when it serves.
    void restart();

    long pid();

    @Override void close();

    default String bootstrap() {
        return "127.0.0.1:" + port();
    }

    default Socket connect() throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), 30_000);
        return socket;
    }
}

package dev.naru.config;

import static dev.naru.config.Allow.ANY;
import static dev.naru.config.Allow.FILLED;
import static dev.naru.config.Allow.atLeast;
import static dev.naru.config.Allow.oneOf;
import static dev.naru.config.Handling.BOUNDED_AS_A_WHOLE;
import static dev.naru.config.Handling.BOUNDED_MEMORY;
import static dev.naru.config.Handling.HONOURED;
import static dev.naru.config.Handling.NO_SASL;
import static dev.naru.config.Handling.ONE_NODE;
import static dev.naru.config.Handling.OS_CHOOSES;
import static dev.naru.config.Handling.REFUSE_SECURITY;
import static dev.naru.config.Mode.BROKER;
import static dev.naru.config.Mode.CLUSTER;
import static dev.naru.config.Mode.FIXED;
import static dev.naru.config.Type.BOOLEAN;
import static dev.naru.config.Type.INT;
import static dev.naru.config.Type.LIST;
import static dev.naru.config.Type.LONG;
import static dev.naru.config.Type.STRING;

import java.util.List;

/// Listeners, sockets and connections.
final class ListenerTable {
    private ListenerTable() {}

    static final List<SettingDefinition> ALL = List.of(
        new SettingDefinition("advertised.listeners", LIST, null, FILLED, FIXED, HONOURED,
            "Addresses that clients are told to connect to, as NAME://host:port with the names "
                + "of listeners. Without it the listeners themselves are told."),
        new SettingDefinition("connection.failed.authentication.delay.ms", INT, 100L, atLeast(0),
            FIXED, NO_SASL,
            "How long a connection that failed to authenticate is kept before it hears so, to "
                + "slow down guessing."),
        new SettingDefinition("connections.max.idle.ms", LONG, 600_000L, ANY, FIXED, HONOURED,
            "A connection that has been silent for this long is closed."),
        new SettingDefinition("connections.max.reauth.ms", LONG, 0L, ANY, FIXED, NO_SASL,
            "Longest life of an authenticated session before the client must authenticate "
                + "again; 0 asks for nothing."),
        new SettingDefinition("early.start.listeners", LIST, null, ANY, FIXED, ONE_NODE,
            "Listeners that open before the rest of the node is ready."),
        new SettingDefinition("inter.broker.listener.name", STRING, null, ANY, FIXED, HONOURED,
            "Listener that the nodes of a cluster use among themselves, and nobody else."),
        new SettingDefinition("listener.security.protocol.map", STRING,
            "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", ANY,
            BROKER, HONOURED,
            "Which security protocol each listener name speaks, as NAME:PROTOCOL: PLAINTEXT, or "
                + "SSL for the listener of inter.broker.listener.name, whose nodes then prove to "
                + "each other who they are. Nothing else can be opened in this release."),
        new SettingDefinition("listeners", LIST, List.of("PLAINTEXT://127.0.0.1:9092"), FILLED,
            BROKER, HONOURED,
            "Addresses to listen on, as NAME://host:port. An empty host means every address of "
                + "the machine, which needs naru.insecure=true as long as clients are not "
                + "authenticated."),
        new SettingDefinition("max.connection.creation.rate", INT, (long) Integer.MAX_VALUE,
            atLeast(0), CLUSTER, BOUNDED_AS_A_WHOLE,
            "Connections that the whole broker accepts per second."),
        new SettingDefinition("max.connections", INT, (long) Integer.MAX_VALUE, atLeast(0), CLUSTER,
            HONOURED,
            "Connections that the broker keeps open at one time; the next one is closed at "
                + "once."),
        new SettingDefinition("max.connections.per.ip", INT, (long) Integer.MAX_VALUE, atLeast(0),
            CLUSTER, BOUNDED_AS_A_WHOLE,
            "Connections from one address that the broker keeps open at one time."),
        new SettingDefinition("max.connections.per.ip.overrides", STRING, "", ANY, CLUSTER,
            BOUNDED_AS_A_WHOLE,
            "Exceptions to max.connections.per.ip, as host:count entries separated by commas."),
        new SettingDefinition("naru.insecure", BOOLEAN, false, ANY, FIXED, HONOURED,
            "Allows listeners that other machines can reach although clients are not "
                + "authenticated. Anybody who reaches the port can then read and delete "
                + "everything."),
        new SettingDefinition("naru.internode.plaintext", BOOLEAN, false, ANY, FIXED, HONOURED,
            "Allows nodes to talk in plaintext where other machines can reach them. Anybody who "
                + "reaches the port can then be a node of the cluster."),
        new SettingDefinition("naru.request.memory.bytes", LONG, 0L, atLeast(0), FIXED, HONOURED,
            "Memory for requests that are being received; when it is used up, senders wait. 0 "
                + "takes queued.max.request.bytes if that is set, else a share of the heap."),
        new SettingDefinition("queued.max.request.bytes", LONG, -1L, ANY, FIXED, HONOURED,
            "Bytes of requests that may wait in memory; -1 leaves it to "
                + "naru.request.memory.bytes."),
        new SettingDefinition("queued.max.requests", INT, 500L, atLeast(1), FIXED, BOUNDED_MEMORY,
            "Requests that may wait for a thread before sockets are read no further."),
        new SettingDefinition("request.timeout.ms", INT, 30_000L, ANY, FIXED, ONE_NODE,
            "How long a node waits for the answer of another one."),
        new SettingDefinition("security.inter.broker.protocol", STRING, "PLAINTEXT",
            oneOf("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"), FIXED, REFUSE_SECURITY,
            "Security protocol between the nodes of a cluster, where no listener is named for "
                + "it."),
        new SettingDefinition("socket.connection.setup.timeout.max.ms", LONG, 30_000L, ANY, FIXED,
            ONE_NODE,
            "Longest wait for a connection to another node after several failures in a row."),
        new SettingDefinition("socket.connection.setup.timeout.ms", LONG, 10_000L, ANY, FIXED,
            ONE_NODE,
            "First wait for a connection to another node."),
        new SettingDefinition("socket.listen.backlog.size", INT, 50L, atLeast(1), FIXED, OS_CHOOSES,
            "New connections that the operating system keeps waiting for the broker."),
        new SettingDefinition("socket.receive.buffer.bytes", INT, 102_400L, ANY, FIXED, OS_CHOOSES,
            "Receive buffer of each client connection in the operating system; -1 keeps the "
                + "system's choice."),
        new SettingDefinition("socket.request.max.bytes", INT, 104_857_600L, atLeast(1), FIXED,
            HONOURED,
            "Largest request the broker reads; a larger one closes the connection."),
        new SettingDefinition("socket.send.buffer.bytes", INT, 102_400L, ANY, FIXED, OS_CHOOSES,
            "Send buffer of each client connection in the operating system; -1 keeps the "
                + "system's choice."));
}

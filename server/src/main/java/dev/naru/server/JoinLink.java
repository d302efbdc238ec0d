package dev.naru.server;

import dev.naru.base.ErrorCode;
import dev.naru.base.Net;
import dev.naru.client.Address;
import dev.naru.client.ClientSettings;
import dev.naru.client.ClientTools;
import dev.naru.client.JoinAnswer;
import dev.naru.client.NodeLink;
import dev.naru.client.Reply;
import dev.naru.io.RealCodecs;
import dev.naru.io.RealEnv;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.JoinClusterRequest;
import dev.naru.wire.message.JoinClusterResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The way to the nodes that a joining node asks: to one of them at a time, to the next when that one
/// does not help. For one thread, which may wait.
final class JoinLink implements AutoCloseable {
    private static final int ANSWER_MS = 30_000;
    private static final int BACKOFF_MS = 200;

    private final RealEnv ports;
    private final List<NodeLink> links;
    private int at;

    /// What came back.
    sealed interface Answer {
        record Told(Address from, JoinClusterResponse response) implements Answer {}

        record Lost(Address from, String why) implements Answer {}
    }

    JoinLink(List<Address> seeds, Net net, RealEnv ports) {
        this.ports = ports;
        var tools = new ClientTools(net, ports.loops().getFirst(), ports.clock(), ports.entropy(),
            new RealCodecs());
        this.links = seeds.stream().map(seed -> NodeLink.to(seed, tools,
            new ClientSettings("naru-join", List.of(seed), ANSWER_MS, BACKOFF_MS, Map.of()), _ -> {
            })).toList();
    }

    Answer ask(JoinClusterRequest request) {
        var link = links.get(at % links.size());
        var answer = new CompletableFuture<Answer>();
        ports.loops().getFirst().execute(() -> link.request(ApiKey.JOIN_CLUSTER, _ -> request,
            reply -> answer.complete(switch (reply) {
                case Reply.Answer(var body, var _) -> new Answer.Told(link.address(),
                    JoinAnswer.kept((JoinClusterResponse) body));
                case Reply.Lost(var why, var _) -> new Answer.Lost(link.address(), why);
            })));
        Answer got;
        try {
            got = answer.get(2L * ANSWER_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException lost) {
            got = new Answer.Lost(link.address(), "no answer in time");
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            got = new Answer.Lost(link.address(), "interrupted");
        }
        boolean isHelped = got instanceof Answer.Told(var _, var told)
            && told.errorCode() == ErrorCode.NONE.code();
        if (!isHelped) at++;
        return got;
    }

    @Override public void close() {
        ports.loops().getFirst().execute(() -> links.forEach(NodeLink::close));
    }
}

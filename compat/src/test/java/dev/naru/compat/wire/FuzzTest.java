package dev.naru.compat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

/// Thousands of requests of every key and version that is served, sound and mutated, from one seed
/// (`-Dcompat.fuzz.seed=n -Dcompat.fuzz.frames=n`). Afterwards the broker lives, serves, and has not once
/// failed in a way it did not foresee (which closing it checks).
class FuzzTest {
    private static final int FRAMES = Integer.getInteger("compat.fuzz.frames", 3000);
    private static final long SEED = Long.getLong("compat.fuzz.seed", 1);
    private static final int LAST = 1_000_000_000;
    /// Some requests wait by their nature: joins, long polls.
    private static final int PATIENCE_MS = 200;

    private final Random chance = new Random(SEED);

    private record Served(ApiKeys api, short lowest, short highest) {}

    @Test void no_request_harms_the_broker() {
        // few partitions at once, or the disk fills with what chance asks for
        try (var broker = Brokers.start(Map.of("auto.create.topics.enable", "true"))) {
            var clients = new Clients(broker);
            String topic = clients.topic(2);
            clients.send(topic, 0, List.of("a", "b"));
            var any = new AnyMessage(chance,
                List.of(topic, "group", "other", "__consumer_offsets", "1"),
                List.of(id(clients, topic), Uuid.ZERO_UUID, Uuid.randomUuid()));
            var served = served(broker);
            var reactions = new EnumMap<RawClient.Reaction, Integer>(RawClient.Reaction.class);
            RawClient client = new RawClient(broker);
            for (int sent = 0; sent < FRAMES; sent++) {
                var reaction = reaction(client, any, served);
                reactions.merge(reaction, 1, Integer::sum);
                if (reaction == RawClient.Reaction.ANSWERED) continue;
                if (!broker.isAlive())
                    throw new AssertionError("dead by " + sent + ": " + broker.output());
                client.close();
                client = new RawClient(broker);
            }
            client.close();
            assertThat(reactions.get(RawClient.Reaction.ANSWERED)).isGreaterThan(FRAMES / 2);
            String healthy = clients.topic(1);
            clients.send(healthy, 0, List.of("healthy"));
            assertThat(Clients.values(clients.everythingIn(healthy))).containsExactly("healthy");
        }
    }

    private static Uuid id(Clients clients, String topic) {
        try (var admin = clients.admin()) {
            return Clients.got(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic)
                .topicId();
        }
    }

    private static List<Served> served(Broker broker) {
        try (var client = new RawClient(broker)) {
            var answer = client.send(Wire.apiVersions(1)).answer(1);
            answer.getShort();
            int count = answer.getInt();
            var all = new ArrayList<Served>();
            for (int n = 0; n < count; n++) {
                var api = ApiKeys.forId(answer.getShort());
                short lowest = (short) Math.max(answer.getShort(), api.oldestVersion());
                all.add(new Served(api, lowest, answer.getShort()));
            }
            return all;
        }
    }

    /// Sends one request, and one behind it that is always answered.
    private RawClient.Reaction reaction(RawClient client, AnyMessage any, List<Served> served) {
        var one = served.get(chance.nextInt(served.size()));
        short version = (short) (one.lowest() + chance.nextInt(one.highest() - one.lowest() + 1));
        any.request(one.api(), version, chance.nextInt(LAST))
            .ifPresent(request -> client.send(Wire.frame(mutated(request))));
        return client.send(Wire.apiVersions(LAST)).reaction(LAST, PATIENCE_MS);
    }

    /// Every other request goes as it is.
    private byte[] mutated(byte[] request) {
        return switch (chance.nextInt(10)) {
            case 0 -> flipped(request, 1);
            case 1 -> flipped(request, 1 + chance.nextInt(20));
            case 2 -> Arrays.copyOf(request, chance.nextInt(request.length + 1));
            case 3 -> new Wire().raw(request).raw(new byte[chance.nextInt(50)]).bytes();
            case 4 -> overwritten(request);
            default -> request;
        };
    }

    private byte[] flipped(byte[] request, int bits) {
        byte[] wrong = request.clone();
        for (int n = 0; n < bits; n++) {
            wrong[chance.nextInt(wrong.length)] ^= (byte) (1 << chance.nextInt(8));
        }
        return wrong;
    }

    /// Four bytes that look like a count or a length of the worst kind.
    private byte[] overwritten(byte[] request) {
        byte[] wrong = request.clone();
        byte fill = (byte) (chance.nextBoolean() ? 0xff : 0x7f);
        int at = 8 + chance.nextInt(Math.max(1, wrong.length - 8));
        for (int n = at; n < Math.min(wrong.length, at + 4); n++)
            wrong[n] = fill;
        return wrong;
    }
}

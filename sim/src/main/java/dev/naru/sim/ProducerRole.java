package dev.naru.sim;

import dev.naru.client.ClusterView;
import dev.naru.client.Producer;
import dev.naru.client.ProducerSettings;
import dev.naru.client.Sent;
import dev.naru.client.Slot;
import dev.naru.record.Codec;
import dev.naru.sim.history.Outcome;
import dev.naru.sim.history.Write;
import java.util.List;

/// A client that writes, in bursts, and now and then loses its patience with a connection.
final class ProducerRole {
    private static final int UNSETTLED_MAX = 60;
    private static final int PROCESSES_APART = 1_000;

    private final Site site;
    private final List<Slot> slots;
    private final ProducerSettings settings;
    private final Write.Promise promise;
    private final Pace pace;
    private ClusterView view;
    private Producer producer;
    private int incarnation;
    private int sequencesLost;
    private int sequencesLostTold;
    private boolean isStopping;

    /// How often it sends, how large, and how rarely it drops its connection or starts anew; under
    /// how many keys, 0 for none.
    record Pace(int thinkMs, int burst, int paddingBytes, int impatientOneIn, int restartOneIn,
        int keys) {}

    ProducerRole(Site site, List<Slot> slots, ProducerSettings settings, Pace pace) {
        this.site = site;
        this.slots = slots;
        this.settings = settings;
        this.pace = pace;
        this.promise = new Write.Promise(settings.acks(), settings.isIdempotent());
        this.view = site.view();
        this.producer = new Producer(view, settings);
    }

    static ProducerSettings draw(SimEntropy chance, boolean isIdempotent) {
        short acks = isIdempotent || chance.below(3) > 0 ? ProducerSettings.ACKS_ALL : (short) 1;
        if (!isIdempotent && chance.oneIn(8)) acks = 0;
        boolean retries = isIdempotent || chance.oneIn(2);
        var codec = switch (chance.below(6)) {
            case 0 -> Codec.GZIP;
            case 1 -> Codec.LZ4;
            default -> Codec.NONE;
        };
        return new ProducerSettings(acks, isIdempotent, retries, 1 + chance.below(5),
            1 + chance.below(6), chance.below(5), 8_000, codec);
    }

    void start() {
        site.now(this::turn);
    }

    /// Sends nothing new.
    void stopSending() {
        isStopping = true;
    }

    boolean isSettled() {
        return producer.unsettled() == 0;
    }

    int unsettled() {
        return producer.unsettled();
    }

    int sequencesLost() {
        return sequencesLost + producer.sequencesLost();
    }

    void close() {
        producer.close();
        view.close();
        site.over();
    }

    private void turn() {
        if (isStopping) return;
        var chance = site.chance();
        if (chance.oneIn(pace.impatientOneIn())) {
            site.world().trace().count("client: impatient");
            view.reconnect("impatient");
        }
        if (chance.oneIn(pace.restartOneIn())) restart();
        int count = 1 + chance.below(pace.burst());
        for (int turn = 0; turn < count && producer.unsettled() < UNSETTLED_MAX; turn++)
            send();
        site.within(pace.thinkMs(), this::turn);
    }

    private void restart() {
        site.world().trace().count("client: producer restarts");
        sequencesLost += producer.sequencesLost();
        producer.close();
        view.close();
        view = site.view();
        producer = new Producer(view, settings);
        incarnation++;
    }

    private void send() {
        var chance = site.chance();
        var slot = slots.get(chance.below(slots.size()));
        int process = site.number() + incarnation * PROCESSES_APART;
        var write = site.history().write(process, slot, promise, site.nowNs());
        var value = Values.encode(write.number(), chance.below(pace.paddingBytes() + 1));
        producer.send(slot, site.tools().clock().wallMs(), Values.key(write.number(), pace.keys()),
            value, outcome -> ended(write, outcome));
    }

    private void ended(Write write, Sent outcome) {
        site.world().trace().mix(write.number());
        if (sequencesLost() > sequencesLostTold) {
            sequencesLostTold = sequencesLost();
            site.history().violation("I8: a sequence was forgotten: " + write + ": " + outcome);
        }
        switch (outcome) {
            case Sent.Acked acked -> {
                // another leader need not have what this one alone had written
                boolean isPromise = !site.isCluster()
                    || settings.acks() == ProducerSettings.ACKS_ALL;
                if (isPromise) write.end(Outcome.OK, acked.offset(), site.nowNs());
                else
                    write.end(Outcome.UNKNOWN, -1, site.nowNs());
                site.world().trace().count("write: acked");
            }
            case Sent.Refused refused -> {
                write.end(Outcome.REFUSED, -1, site.nowNs());
                site.world().trace().count("write: refused " + refused.why());
            }
            case Sent.Unknown _ -> {
                write.end(Outcome.UNKNOWN, -1, site.nowNs());
                site.world().trace().count("write: unknown");
            }
        }
    }
}

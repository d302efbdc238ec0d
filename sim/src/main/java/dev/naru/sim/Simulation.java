package dev.naru.sim;

import dev.naru.client.ProducerSettings;
import dev.naru.client.Slot;
import dev.naru.record.Codec;
import dev.naru.sim.history.Checks;
import dev.naru.sim.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One run of one seed: the world is made, trouble and clients are let loose (safety), then
/// everything is mended and must come right within a bound (liveness); in the end all that was seen
/// is checked.
public final class Simulation {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long START_BOUND_NS = 20 * SECOND_NS;
    private static final long LIVENESS_BOUND_NS = 60 * SECOND_NS;
    private static final long REST_NS = 20 * SECOND_NS;
    private static final int EPOCH_MEMBERS_BELOW = 4;
    private static final int HASTY_EVERY = 2;
    private static final int WEARY_EVERY = 3;
    private static final int EPOCH_MAX = Short.MAX_VALUE - 1;
    private static final int EPOCHS_LEFT = 6;

    private final long seed;
    private final Options options;
    private final SimTrace trace;
    private final World world;
    private final History history = new History();
    private final SimEntropy chance;
    private final SimHost nature;
    private final SimNetwork network;
    private final Scenario scenario;
    private final Machines machines;
    private final Cuts cuts;
    private final AdminRole admin;
    private final List<ProducerRole> producers = new ArrayList<>();
    private final List<ReaderRole> readers = new ArrayList<>();
    private final List<GroupRole> members = new ArrayList<>();
    private final List<EpochRole> epochs = new ArrayList<>();
    private final Transactors transactors;
    private final Movers movers;
    private final Threads threads;
    private final SimEntropy placementChance;
    private final Optional<PlacementPlan> placementPlan;
    private @Nullable PlacementRole placement;
    private @Nullable CompactedRole compacted;
    private final SimEntropy queueChance;
    private final List<QueueRole> queues = new ArrayList<>();
    private @Nullable ShelfRole shelf;
    private int hostNumber;

    private Simulation(long seed, Options options) {
        this.seed = seed;
        this.options = options;
        this.trace = new SimTrace(options.trace().orElse(null));
        this.chance = new SimEntropy(seed * 0x9E3779B97F4A7C15L + 1);
        this.world = new World(chance.split(), trace);
        this.nature = new SimHost(world, "nature", 0, chance.split());
        this.network = new SimNetwork(world, nature, chance.split());
        this.queueChance = new SimEntropy(seed * 0x9E3779B97F4A7C15L + 2);
        this.scenario = Scenario.draw(chance.split(), QueuePlan.draw(queueChance.split()),
            options.isFlushMode(), firstEpoch(seed));
        var placementChance = new SimEntropy(seed * 0x9E3779B97F4A7C15L + 4);
        this.placementChance = placementChance;
        this.placementPlan = options.nodes() > PlacementPlan.REPLICAS
            ? Optional.of(PlacementPlan.draw(placementChance))
            : Optional.empty();
        this.machines = new Machines(
            new Machines.Make(nature, network, chance, scenario, history, placementPlan),
            options.nodes());
        this.cuts = new Cuts(nature, network, machines.hosts(),
            new SimEntropy(seed * 0x9E3779B97F4A7C15L + 3));
        this.hostNumber = options.nodes() + 1;
        this.transactors = new Transactors(scenario, this::site, history);
        this.movers = new Movers(trace);
        this.threads = new Threads(scenario.topics().getFirst().partitions());
        boolean isLate = placementPlan.map(PlacementPlan::isLate).orElse(false);
        this.admin = new AdminRole(site("admin"), scenario.topics(), scenario.shortened(),
            isLate ? -1 : replicas());
    }

    private int replicas() {
        return Math.min(PlacementPlan.REPLICAS, options.nodes());
    }

    /// Every third seed uses up the epochs of its transactional ids.
    private static int firstEpoch(long seed) {
        if (Math.floorMod(seed, WEARY_EVERY) != 0) return 0;
        return EPOCH_MAX - Math.floorMod(seed / WEARY_EVERY, EPOCHS_LEFT);
    }

    /// Runs one seed.
    public static Verdict run(long seed, Options options) {
        var simulation = new Simulation(seed, options);
        simulation.world.blame(simulation::blame);
        simulation.world.onPowerCut(simulation.machines::cutPowerInWrite);
        simulation.machines.listen(simulation::powerCut);
        simulation.history.isTrimmed(Scenario.TRIMMED);
        return simulation.run();
    }

    private void powerCut(long atNs) {
        history.powerCut(atNs);
        transactors.powerCut();
    }

    private Site site(String name) {
        return site(name, chance);
    }

    private Site queueSite(String name) {
        return site(name, queueChance);
    }

    private Site site(String name, SimEntropy drawn) {
        var host = new SimHost(world, name, hostNumber++, drawn.split());
        return new Site(host, network, drawn.split(), history, options.nodes());
    }

    private Verdict run() {
        machines.boot();
        admin.start();
        if (await("the node starts, the topics are there", START_BOUND_NS, admin::isReady)) {
            release();
            world.runUntil(world.nowNs() + scenario.safetyMs() * 1_000_000);
            mend();
            settle();
        }
        var violations = Checks.findAll(history);
        for (var violation : violations)
            trace.line(world, "checks", violation);
        return new Verdict(seed, violations, trace.hash(), world.steps(), trace.counters());
    }

    private void release() {
        for (int index = 0; index < scenario.paces().size(); index++) {
            var settings = index == 0
                ? idempotent()
                : ProducerRole.draw(chance, chance.oneIn(2));
            producers.add(new ProducerRole(site("producer-" + index), scenario.allSlots(),
                settings, scenario.paces().get(index)));
        }
        if (Math.floorMod(seed, HASTY_EVERY) == 0) releaseHasty();
        for (int index = 0; index < scenario.readers(); index++) {
            readers.add(new ReaderRole(site("reader-" + index), scenario.allSlots()));
        }
        for (int index = 0; index < scenario.members(); index++) {
            members.add(new GroupRole(site("member-" + index), List.of(Scenario.KEPT)));
        }
        for (int index = 0; index < Math.floorMod(seed, EPOCH_MEMBERS_BELOW); index++) {
            epochs.add(new EpochRole(site("epoch-" + index), List.of(Scenario.KEPT)));
        }
        for (var each : epochs)
            each.start();
        var accounts = new CompactedRole(site("accounts"));
        compacted = accounts;
        accounts.start();
        for (var each : producers)
            each.start();
        for (var each : readers)
            each.start();
        for (var each : members)
            each.start();
        for (int index = 0; index < scenario.queue().members(); index++) {
            queues.add(new QueueRole(queueSite("queue-" + index), scenario.queue(),
                scenario.kept()));
        }
        for (var each : queues)
            each.start();
        if (!queues.isEmpty()) {
            var role = new ShelfRole(queueSite("shelf"));
            shelf = role;
            role.start();
        }
        transactors.release(machines::strikeCommit);
        movers.release(seed, this::site);
        threads.release(seed, this::site);
        machines.start(options);
        if (options.only().isEmpty()) cuts.start();
        placementPlan.ifPresent(this::releasePlacement);
    }

    private void releasePlacement(PlacementPlan plan) {
        machines.start(plan, nature, placementChance);
        var role = new PlacementRole(site("placement", placementChance),
            scenario.everySlot(), options.nodes());
        placement = role;
        role.start();
    }

    /// One that gives up long before its network does, and goes on under a higher epoch: what it
    /// sent and gave up comes late.
    private void releaseHasty() {
        var drawn = new SimEntropy(seed * 0x9E3779B97F4A7C15L + 3);
        var settings = new ProducerSettings(ProducerSettings.ACKS_ALL, true, true,
            1 + drawn.below(5),
            1 + drawn.below(3), 0, 100 + drawn.below(400), Codec.NONE);
        var pace = new ProducerRole.Pace(20 + drawn.below(60), 2, 20, 5 + drawn.below(10), 1_000,
            scenario.queue().keys());
        producers.add(new ProducerRole(site("hasty", drawn), scenario.kept(), settings, pace));
    }

    private ProducerSettings idempotent() {
        return new ProducerSettings(ProducerSettings.ACKS_ALL, true, true, 1 + chance.below(5),
            1 + chance.below(4), chance.below(3), 8_000, Codec.NONE);
    }

    /// No more trouble, and no more new work.
    private void mend() {
        trace.line(world, "nature", "mended");
        cuts.heal();
        machines.heal();
        admin.calm();
        if (compacted != null) compacted.stopSending();
        for (var each : producers)
            each.stopSending();
        for (var each : readers)
            each.calm();
        for (var each : members)
            each.calm();
        for (var each : queues)
            each.calm();
        if (shelf != null) shelf.calm();
        for (var each : epochs)
            each.calm();
        transactors.calm();
        movers.calm();
        threads.calm();
        if (placement != null) placement.calm();
    }

    private void settle() {
        if (!await("the node serves", LIVENESS_BOUND_NS, machines::areServing)) return;
        await("every write is settled", LIVENESS_BOUND_NS, this::isSettled);
        await("every transaction is settled", LIVENESS_BOUND_NS, transactors::isSettled);
        var ends = scan("the first scan", false);
        await("readers reach the end", LIVENESS_BOUND_NS, () -> haveReached(ends));
        await("members are at work", LIVENESS_BOUND_NS, this::areAtWork);
        drainQueues();
        scan("the committed scan", true);
        scanTransactions("the scan of transactions");
        awaitPlaced();
        awaitAllInSync();
        for (var each : members)
            each.close();
        for (var each : epochs)
            each.close();
        for (var each : readers)
            each.close();
        transactors.close();
        movers.close();
        threads.close();
        oneMoreLife();
        awaitAllInSync();
        scan("the last scan", false);
        scanTransactions("the last scan of transactions");
        checkCompacted();
        leaveNothing();
    }

    /// The last wish of who moves replicas is known, and nothing more is wished.
    private void awaitPlaced() {
        var role = placement;
        if (role == null) return;
        await("replicas are placed", LIVENESS_BOUND_NS, role::isSettled);
        role.close();
    }

    /// Every partition has all its replicas, each of them in sync, where they may be; and a node that
    /// is to be empty is.
    private void awaitAllInSync() {
        if (options.nodes() == 1) return;
        int emptied = placement == null ? 0 : placement.emptied();
        var role = new SyncRole(site("sync"), replicas(), emptied);
        role.start();
        boolean isWhole = await("all replicas are in sync", LIVENESS_BOUND_NS,
            () -> role.behind().isEmpty());
        if (!isWhole) trace.line(world, "sync", role.behind().toString());
        role.close();
        if (emptied > 0 && await("an emptied node holds nothing", LIVENESS_BOUND_NS,
            () -> machines.isEmpty(emptied))) {
            trace.count("placement: a node ends empty");
        }
    }

    /// In page-cache mode a power cut may take what was acknowledged.
    private void checkCompacted() {
        var role = compacted;
        if (role == null) return;
        role.read();
        boolean isRead = await("the compacted topic is read", LIVENESS_BOUND_NS, role::isRead);
        if (isRead && options.isFlushMode()) role.check();
    }

    private boolean isSettled() {
        for (var each : producers)
            if (!each.isSettled()) return false;
        return compacted == null || compacted.isSettled();
    }

    private boolean haveReached(Map<Slot, Long> ends) {
        for (var each : readers)
            if (!each.hasReached(ends)) return false;
        return true;
    }

    private boolean areAtWork() {
        for (var each : members)
            if (!each.isAtWork()) return false;
        for (var each : epochs)
            if (!each.isAtWork()) return false;
        return movers.areAtWork() && threads.areAtWork();
    }

    /// Every record is dealt with; what was given up is in the topic for dead letters.
    private void drainQueues() {
        if (queues.isEmpty()) return;
        for (var each : queues)
            each.finish();
        boolean isDrained = await("queues are drained", LIVENESS_BOUND_NS, this::areDrained);
        if (isDrained) {
            history.queueEnds(scenario.queue().deliveriesMax(), scenario.queue().keys(),
                scenario.queue().hasDeadLetters());
        }
        for (var each : queues)
            each.close();
        endShelf();
        if (!scenario.queue().hasDeadLetters()) return;
        var letters = new DeadLetterRole(queueSite("letters"));
        letters.start();
        await("dead letters are read", LIVENESS_BOUND_NS, letters::isRead);
        letters.close();
    }

    private void endShelf() {
        var role = shelf;
        if (role == null) return;
        await("a group is deleted and starts over", LIVENESS_BOUND_NS, role::isThrough);
        role.close();
    }

    private boolean areDrained() {
        for (var each : queues)
            if (!each.isDrained()) return false;
        return true;
    }

    /// What is on disk must be there in the next life, however this one ends.
    private void oneMoreLife() {
        var areStopped = machines.endLives();
        await("a clean stop ends", LIVENESS_BOUND_NS, areStopped);
        machines.bootAgain();
        await("the node serves again", LIVENESS_BOUND_NS, machines::areServing);
    }

    private Map<Slot, Long> scan(String name, boolean readsCommitted) {
        var scanner = new Scanner(site("scanner"), scenario.allSlots(), name, readsCommitted);
        scanner.start();
        boolean isDone = await(name + " ends", LIVENESS_BOUND_NS, scanner::isDone);
        if (isDone) history.scan(scanner.scan());
        else
            trace.line(world, "scanner", scanner.progress());
        scanner.close();
        return scanner.ends();
    }

    /// What transactions committed, and first, while they are alive, that the chain comes to its
    /// end.
    private void scanTransactions(String name) {
        var scanner = new CommittedReader(site("scanner"), scenario.transactional(), name);
        scanner.calm();
        scanner.start();
        if (await("no transaction hangs", LIVENESS_BOUND_NS, scanner::isDone)
            && transactors.mustCatchUp()) {
            await("the chain comes to its end", 2 * LIVENESS_BOUND_NS,
                () -> transactors.hasCaughtUp(scanner.scan()));
            scanner.close();
            transactors.close();
            scanTransactions(name);
            return;
        }
        trace.line(world, "scanner", scanner.progress());
        history.committedScan(scanner.scan());
        scanner.close();
    }

    /// Clients gone, everything they borrowed is given back.
    private void leaveNothing() {
        for (var each : producers)
            each.close();
        if (compacted != null) compacted.close();
        admin.close();
        world.runUntil(world.nowNs() + REST_NS);
        for (var node : machines.nodes()) {
            int frames = network.framesLent(node.host());
            if (frames != 0) history.violation("leak: frames not given back: " + frames);
            int leases = node.disk().leasesHeld();
            if (leases != 0) history.violation("leak: leases not given back: " + leases);
        }
    }

    private boolean await(String what, long boundNs, World.Condition condition) {
        boolean holds = world.runUntil(world.nowNs() + boundNs, condition);
        if (!holds)
            history.violation("liveness: " + what + ": not within "
                + boundNs / SECOND_NS + " s");
        return holds;
    }

    private void blame(SimHost host, RuntimeException failure) {
        trace.line(world, host.name(), "failed: " + failure);
        var at = failure.getStackTrace();
        var place = new StringBuilder();
        for (int frame = 0; frame < Math.min(4, at.length); frame++) {
            place.append(" < ").append(at[frame]);
        }
        history.violation("failure: " + host.name() + ": " + failure + place);
        machines.failed(host);
    }
}

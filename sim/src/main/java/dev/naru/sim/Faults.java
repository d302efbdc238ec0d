package dev.naru.sim;

import java.util.EnumMap;
import java.util.Map;

/// Lets things go wrong. Each seed first draws which kinds there are and how often they come: a run
/// with all of them is a poor explorer.
public final class Faults {
    private static final int MEAN_MS_MIN = 300;
    private static final int MEAN_MS_MAX = 6_000;
    /// A refusal may be heard a little after there is room again.
    private static final long FULL_ECHO_NS = 1_000_000_000L;
    private static final int BOOT_DELAY_MS_MAX = 600;
    private static final int COMMIT_NS_MAX = 8_000_000;

    private final World world;
    private final SimHost nature;
    private final SimEntropy chance;
    private final SimNode node;
    private final SimNetwork network;
    private final Map<FaultKind, Integer> meanMs = new EnumMap<>(FaultKind.class);
    private Listener listener = atNs -> {
    };
    private boolean isOver;
    private long troubleUntilNs;
    private long fullUntilNs;

    /// Hears when what was not flushed is lost.
    public interface Listener {
        void onPowerCut(long atNs);
    }

    public Faults(SimHost nature, SimEntropy chance, SimNode node, SimNetwork network) {
        this.world = nature.world();
        this.nature = nature;
        this.chance = chance;
        this.node = node;
        this.network = network;
    }

    public void listen(Listener next) {
        listener = next;
    }

    /// Draws kinds, each with its own pace.
    public void draw() {
        for (var kind : FaultKind.values()) {
            if (!chance.oneIn(3)) continue;
            meanMs.put(kind, MEAN_MS_MIN + chance.below(MEAN_MS_MAX - MEAN_MS_MIN));
        }
        network.weather(new NetWeather(10_000 + chance.below(200_000),
            300_000 + chance.below(3_000_000), 4 + chance.below(100),
            1 + chance.below(50_000_000), 2 + chance.below(20),
            16 * 1024 + chance.below(500 * 1024)));
        node.disk().latencyNsMax(1L + chance.below(5_000_000));
    }

    /// Only this kind, at this pace.
    public void only(FaultKind kind, int everyMs) {
        meanMs.clear();
        meanMs.put(kind, everyMs);
    }

    public Map<FaultKind, Integer> kinds() {
        return meanMs;
    }

    public void start() {
        if (meanMs.containsKey(FaultKind.REFUSE)) network.refusesOneIn(4 + chance.below(20));
        if (meanMs.containsKey(FaultKind.DRIFT)) {
            node.host().clock().driftPpm(chance.below(20_000) - 10_000);
        }
        for (var each : meanMs.entrySet())
            next(each.getKey(), each.getValue());
    }

    /// No more of it; what is broken is mended.
    public void heal() {
        isOver = true;
        network.heal();
        node.host().resume();
        node.disk().capacityBytes(Long.MAX_VALUE);
        node.disk().latencyNsMax(1_000_000);
        node.disk().calm();
        comeBack();
    }

    private void next(FaultKind kind, int everyMs) {
        long delayMs = 1L + chance.below(2 * everyMs);
        world.schedule(delayMs * 1_000_000, nature, () -> {
            if (isOver) return;
            happen(kind);
            next(kind, everyMs);
        });
    }

    private void happen(FaultKind kind) {
        switch (kind) {
            case KILL -> kill();
            case POWER_CUT -> cutPower(kind);
            case POWER_CUT_IN_WRITE -> cutInWrite();
            case CLEAN_RESTART -> restart();
            case PAUSE -> pause();
            case CUT, DARK, STALL -> strike(kind);
            case SLOW_DISK -> slowDisk();
            case DISK_FULL -> fillDisk();
            case FAILED_FLUSH, FAILED_WRITE -> failDisk(kind);
            case WALL_JUMP -> jump();
            case REFUSE, DRIFT -> {
                // in force all the time
            }
        }
    }

    private void note(FaultKind kind, String more) {
        world.trace().count("fault: " + kind);
        world.trace().line(world, "nature", kind + more);
    }

    private void kill() {
        if (node.state() == SimNode.State.DOWN) return;
        note(FaultKind.KILL, "");
        node.kill();
        node.disk().calm();
        troubleUntilNs = 0;
        boot(BOOT_DELAY_MS_MAX);
    }

    /// The power goes now. (Also when it goes within a write, which the disk finds out.)
    public void cutPower(FaultKind kind) {
        note(kind, "");
        node.cutPower();
        troubleUntilNs = 0;
        listener.onPowerCut(world.nowNs());
        boot(BOOT_DELAY_MS_MAX);
    }

    /// Where the power fails at times, it does while a commit that was just asked for is under way.
    public void strikeCommit() {
        if (isOver || !meanMs.containsKey(FaultKind.POWER_CUT)) return;
        world.schedule(chance.below(COMMIT_NS_MAX), nature, () -> {
            if (!isOver) cutPower(FaultKind.POWER_CUT);
        });
    }

    /// The machine is gone, and stays away whatever would start it.
    void goAway() {
        world.trace().line(world, "nature", node.host().name() + " goes away");
        node.staysDown(true);
        node.kill();
        node.disk().calm();
        troubleUntilNs = 0;
    }

    /// It may be started again, and is.
    void comeBack() {
        node.staysDown(false);
        boot(1);
    }

    private void cutInWrite() {
        if (node.state() == SimNode.State.DOWN) return;
        node.disk().cutPowerAt(node.disk().operations() + 1 + chance.below(12));
    }

    private void restart() {
        if (node.state() != SimNode.State.SERVING) return;
        note(FaultKind.CLEAN_RESTART, "");
        node.stop(() -> {
            world.trace().count("node: clean stops");
            boot(BOOT_DELAY_MS_MAX);
        });
    }

    /// Starts the node after a while, if it is down then.
    public void boot(int delayMsMax) {
        world.schedule((1L + chance.below(delayMsMax)) * 1_000_000, nature, node::boot);
    }

    private void pause() {
        if (node.state() == SimNode.State.DOWN) return;
        note(FaultKind.PAUSE, "");
        node.host().pauseUntil(world.nowNs() + (10L + chance.below(3_000)) * 1_000_000);
    }

    private void strike(FaultKind kind) {
        var links = network.links();
        if (links.isEmpty()) return;
        note(kind, "");
        boolean hitsAll = chance.oneIn(4);
        var chosen = links.get(chance.below(links.size()));
        for (var link : links) {
            if (hitsAll || link == chosen) strike(kind, link);
        }
    }

    private void strike(FaultKind kind, SimLink link) {
        switch (kind) {
            case CUT -> link.cut();
            case DARK -> link.goDark(chance.oneIn(2));
            default -> link.stall(chance.oneIn(2),
                world.nowNs() + (100L + chance.below(4_000)) * 1_000_000);
        }
    }

    private void slowDisk() {
        note(FaultKind.SLOW_DISK, "");
        node.disk().latencyNsMax((1L + chance.below(800)) * 1_000_000);
        world.schedule((200L + chance.below(2_000)) * 1_000_000, nature,
            () -> node.disk().latencyNsMax(1L + chance.below(5_000_000)));
    }

    private void fillDisk() {
        note(FaultKind.DISK_FULL, "");
        var disk = node.disk();
        long usedBytes = disk.totalBytes() - disk.usableBytes();
        disk.capacityBytes(usedBytes + chance.below(4_000));
        long durationNs = (100L + chance.below(2_000)) * 1_000_000;
        fullUntilNs = Math.max(fullUntilNs, world.nowNs() + durationNs + FULL_ECHO_NS);
        world.schedule(durationNs, nature, () -> disk.capacityBytes(1L << 40));
    }

    private void failDisk(FaultKind kind) {
        if (node.state() == SimNode.State.DOWN) return;
        note(kind, "");
        troubleUntilNs = Long.MAX_VALUE;
        if (kind == FaultKind.FAILED_FLUSH) {
            node.disk().failNextFlush();
        } else {
            node.disk().failNextWrite();
        }
    }

    /// Whether the node has a reason to give up.
    public boolean isDiskInTrouble() {
        return world.nowNs() <= Math.max(troubleUntilNs, fullUntilNs);
    }

    private void jump() {
        note(FaultKind.WALL_JUMP, "");
        long byMs = chance.below(7_200_000) - 3_600_000L;
        node.host().clock().jump(chance.oneIn(8) ? byMs * 5 : byMs);
    }
}

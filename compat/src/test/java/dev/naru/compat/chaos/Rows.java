package dev.naru.compat.chaos;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// The table of faults, docs/reliability.md.
final class Rows {
    static final List<Row> ALL = List.of(
        new Row(1, "SIGKILL of a leader or the controller", Set.of(), ProcessFaults::kill),
        new Row(2, "SIGKILL of a single node", Set.of(Need.ALONE), ProcessFaults::kill),
        new Row(3, "power cut of a single node", Set.of(Need.ALONE, Need.IMAGES),
            PowerFaults::all),
        new Row(4, "power cut of all nodes at once", Set.of(Need.IMAGES), PowerFaults::all),
        new Row(5, "power cut of one while another is cut off", Set.of(Need.IMAGES,
            Need.NAMESPACES), PowerFaults::oneAndCut),
        new Row(6, "SIGSTOP of a leader", Set.of(), ProcessFaults::freeze),
        new Row(7, "cut networks", Set.of(Need.NAMESPACES), NetworkFaults::any),
        new Row(8, "rotten files", Set.of(), FileFaults::rotten),
        new Row(9, "a directory that is gone or another's", Set.of(), FileFaults::gone),
        new Row(10, "full disks", Set.of(Need.TMPFS), FullDisk::strike),
        new Row(11, "a sync or write that fails", Set.of(Need.SHIM), DiskFaults::failing),
        new Row(12, "slow syncs", Set.of(Need.SHIM), DiskFaults::slow),
        new Row(13, "wrong clocks", Set.of(Need.SHIM), ProcessFaults::clocks),
        new Row(14, "large requests, little memory", Set.of(), PressureFaults::memory),
        new Row(15, "a starved processor", Set.of(Need.CGROUPS), ProcessFaults::starve),
        new Row(17, "answers that do not arrive", Set.of(Need.NAMESPACES), NetworkFaults::mute),
        new Row(16, "few file descriptors", Set.of(), PressureFaults::descriptors),
        new Row(18, "SIGKILL of a coordinator while members join", Set.of(), GroupFaults::strike),
        new Row(19, "replicas come and go, with SIGKILL", Set.of(), PressureFaults::replicas),
        new Row(20, "nodes of two versions", Set.of(Need.OTHER_VERSION), Upgrades::roll),
        new Row(21, "SIGKILL while logs are compacted", Set.of(), CompactionFaults.OFTEN,
            CompactionFaults::strike),
        new Row(23, "replicas and leaderships move", Set.of(), PressureFaults::moves),
        new Row(24, "slow clients, and half frames", Set.of(), SlowClients::strike),
        new Row(26, "one fault after the other", Set.of(), Endurance::strike),
        new Row(27, "power cut of one, page-cache mode", Set.of(Need.IMAGES), Map.of(
            "naru.flush.on.ack", "false"), PowerFaults::one));

    private Rows() {}

    static Row of(int number) {
        return ALL.stream().filter(row -> row.number() == number).findFirst().orElseThrow();
    }
}

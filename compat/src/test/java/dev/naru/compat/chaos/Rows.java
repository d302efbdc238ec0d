package dev.naru.compat.chaos;

import java.util.List;
import java.util.Set;

/// The table of faults, docs/reliability.md.
final class Rows {
    static final List<Row> ALL = List.of(
        new Row(1, "SIGKILL of a leader or the controller", Set.of(), ProcessFaults::kill),
        new Row(2, "SIGKILL of a single node", Set.of(Need.ALONE), ProcessFaults::kill),
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
        new Row(19, "replicas come and go, with SIGKILL", Set.of(), PressureFaults::replicas));

    private Rows() {}

    static Row of(int number) {
        return ALL.stream().filter(row -> row.number() == number).findFirst().orElseThrow();
    }
}

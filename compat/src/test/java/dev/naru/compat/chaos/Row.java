package dev.naru.compat.chaos;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One row of the table of faults: what is done, and what it needs.
record Row(int number, String name, Set<Need> needs, Map<String, String> settings, Fault fault) {
    Row(int number, String name, Set<Need> needs, Fault fault) {
        this(number, name, needs, Map.of(), fault);
    }

    /// Why it cannot be tried on this machine, if it cannot.
    Optional<String> obstacle() {
        for (var need : needs) {
            var obstacle = switch (need) {
                case ALONE -> Optional.<String>empty();
                case NAMESPACES -> Wires.obstacle();
                case IMAGES, TMPFS -> Ground.obstacle();
                case SHIM -> Shim.obstacle();
                case CGROUPS -> Share.obstacle();
                case OTHER_VERSION -> Upgrades.obstacle();
            };
            if (obstacle.isPresent()) return obstacle;
        }
        return Optional.empty();
    }

    List<String> jvm() {
        return List.of(number == 14 ? "-Xmx128m" : "-Xmx256m");
    }
}

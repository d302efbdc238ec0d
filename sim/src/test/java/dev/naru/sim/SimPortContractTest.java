package dev.naru.sim;

import dev.naru.sim.contract.Claim;
import dev.naru.sim.contract.DiskContract;
import dev.naru.sim.contract.LoopContract;
import dev.naru.sim.contract.MetadataLogContract;
import dev.naru.sim.contract.NetContract;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The simulated ports keep what the real ones keep: crueler than the world, never kinder, never unlawful.
final class SimPortContractTest {
    private static final int SEEDS = 5;

    @TestFactory List<DynamicTest> a_simulated_loop_keeps_the_contract() {
        return tests(seed -> new LoopContract(() -> new SimYard(seed)).claims());
    }

    @TestFactory List<DynamicTest> a_simulated_disk_keeps_the_contract() {
        return tests(seed -> new DiskContract(() -> new SimYard(seed)).claims());
    }

    @TestFactory List<DynamicTest> a_simulated_net_keeps_the_contract() {
        return tests(seed -> new NetContract(() -> new SimYard(seed)).claims());
    }

    @TestFactory List<DynamicTest> the_log_of_one_node_keeps_the_contract() {
        return tests(seed -> new MetadataLogContract(() -> SimLogYard.local(seed)).claims());
    }

    @TestFactory List<DynamicTest> the_model_of_the_cluster_s_log_keeps_the_contract() {
        return tests(seed -> {
            var contract = new MetadataLogContract(() -> SimLogYard.quorum(seed, seed % 2 == 0));
            return Stream.concat(contract.claims().stream(), contract.claimsOfSeveral().stream())
                .toList();
        });
    }

    private static List<DynamicTest> tests(Claims claims) {
        var tests = new ArrayList<DynamicTest>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            for (var claim : claims.of(seed)) {
                tests.add(DynamicTest.dynamicTest("seed " + seed + ": " + claim.sentence(),
                    claim.check()::run));
            }
        }
        return tests;
    }

    private interface Claims {
        List<Claim> of(long seed);
    }
}

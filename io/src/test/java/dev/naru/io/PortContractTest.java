package dev.naru.io;

import dev.naru.sim.contract.Claim;
import dev.naru.sim.contract.DiskContract;
import dev.naru.sim.contract.LoopContract;
import dev.naru.sim.contract.NetContract;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// The real ports keep what the simulated ones keep, with native code and without.
@Timeout(60)
final class PortContractTest {
    @TestFactory Stream<DynamicTest> a_netty_loop_keeps_the_contract() {
        return both(nativeCode -> new LoopContract(() -> RealYard.open(nativeCode)).claims());
    }

    @TestFactory Stream<DynamicTest> a_file_disk_keeps_the_contract() {
        return both(nativeCode -> new DiskContract(() -> RealYard.open(nativeCode)).claims());
    }

    @TestFactory Stream<DynamicTest> the_netty_net_keeps_the_contract() {
        return both(nativeCode -> new NetContract(() -> RealYard.open(nativeCode)).claims());
    }

    @TestFactory Stream<DynamicTest> the_netty_net_keeps_it_under_tls() {
        return both(nativeCode -> new NetContract(() -> RealYard.secured(nativeCode)).claims());
    }

    private static Stream<DynamicTest> both(Claims claims) {
        return Stream.concat(tests("native: ", claims.of(true)),
            tests("plain: ", claims.of(false)));
    }

    private static Stream<DynamicTest> tests(String prefix, List<Claim> claims) {
        return claims.stream()
            .map(claim -> DynamicTest.dynamicTest(prefix + claim.sentence(), claim.check()::run));
    }

    private interface Claims {
        List<Claim> of(boolean nativeCode);
    }
}

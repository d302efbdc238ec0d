package dev.naru.sim;

import dev.naru.base.Disk;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.sim.contract.DiskContract;
import dev.naru.sim.contract.Yard;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The simulated disk keeps what the real one keeps.
final class SimDiskContractTest {
    @TestFactory Stream<DynamicTest> a_simulated_disk_keeps_the_contract() {
        return new DiskContract(DiskYard::new).claims().stream()
            .map(claim -> DynamicTest.dynamicTest(claim.sentence(), claim.check()::run));
    }

    private static final class DiskYard implements Yard {
        private final SimDisk disk = new SimDisk(new SimEntropy(1));
        private final TurnLoop loop = new TurnLoop();

        @Override public Disk disk() {
            return disk;
        }

        @Override public Net net() {
            throw new AssertionError("a disk needs no net");
        }

        @Override public Loop loop() {
            return loop;
        }

        @Override public String host() {
            return "";
        }

        @Override public void until(BooleanSupplier condition) {
            loop.turn();
            if (!condition.getAsBoolean()) throw new AssertionError("it never came");
        }

        @Override public void close() {}
    }
}

package dev.naru.quorum;

import dev.naru.sim.contract.Claim;
import dev.naru.sim.contract.MetadataLogContract;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Ratis keeps what the log of one node and the simulated cluster keep. Most of a claim is waiting
/// for elections, so that several are checked at a time.
final class RatisContractTest {
    private static final int AT_A_TIME = 5;
    private static final long PATIENCE_S = 240;

    @TestFactory List<DynamicTest> a_quorum_on_ratis_keeps_the_contract() {
        var one = new MetadataLogContract(() -> new RatisYard(1));
        var three = new MetadataLogContract(() -> new RatisYard(3));
        var tests = new ArrayList<DynamicTest>();
        var several = Executors.newFixedThreadPool(AT_A_TIME, RatisContractTest::thread);
        tests.addAll(tests("three: ", three.claimsOfSeveral(), several));
        tests.addAll(tests("three: ", three.claims(), several));
        tests.addAll(tests("one: ", one.claims(), several));
        several.shutdown();
        return tests;
    }

    private static Thread thread(Runnable task) {
        var thread = new Thread(task, "claim");
        thread.setDaemon(true);
        return thread;
    }

    private static List<DynamicTest> tests(String prefix, List<Claim> claims,
        ExecutorService several) {
        var tests = new ArrayList<DynamicTest>();
        for (var claim : claims) {
            var checked = several.submit(() -> {
                claim.check().run();
                return claim;
            });
            tests.add(DynamicTest.dynamicTest(prefix + claim.sentence(), () -> await(checked)));
        }
        return tests;
    }

    private static void await(Future<Claim> checked) throws Exception {
        try {
            checked.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Error broken) throw broken;
            throw failed;
        }
    }
}

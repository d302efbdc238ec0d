package dev.naru.compat.old;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Child;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each version of kafka-clients runs in its own process, on its own class path.
@ExtendWith(SharedBroker.class)
class OldClientsTest {
    private static final List<String> JVM = List.of("-Xmx128m",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow");
    private static final Path JARS = Path.of(System.getProperty("compat.old.jars", "target/old"));

    private final Broker broker;

    OldClientsTest(Broker broker) {
        this.broker = broker;
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.1.1", "2.8.2", "3.9.1"}) void clients_of_old_times_work(
        String version) throws URISyntaxException {
        var own = Path
            .of(OldClientProbe.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        String classPath = JARS.resolve(version) + "/*" + File.pathSeparator + own;
        var words = List.of(broker.bootstrap(), Clients.name("old"), "none", "gzip", "snappy",
            "lz4", "zstd");
        try (var probe = Child.java(JVM, classPath, OldClientProbe.class.getName(), words)) {
            int code = probe.exitCode();
            assertThat(probe.output()).contains("all done");
            assertThat(code).isZero();
        }
    }
}

package dev.naru.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.naru.base.Loop;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Watches the watchers: bugs planted in a copy of the kernel must be found within some seeds.
/// Some of them on every build, all with `-Dnaru.mutants=all`, one with its name.
final class MutantsTest {
    private static final List<String> ALWAYS = List.of("acknowledge-before-flush",
        "forget-producers", "swap-replies", "replicas-not-waited-for", "start-told-once",
        "replica-tells-before-flush");
    private static final Path KERNEL = Path.of("..", "kernel", "src", "main", "java");
    private static final Path MUTANTS = Path.of("src", "test", "resources", "mutants");

    @TempDir
    Path work;

    @TestFactory Stream<DynamicTest> planted_bugs_are_found() throws Exception {
        var asked = System.getProperty("naru.mutants", "");
        return mutants().stream()
            .filter(mutant -> asked.isEmpty()
                ? ALWAYS.contains(mutant.name())
                : asked.equals("all") || asked.equals(mutant.name()))
            .map(mutant -> DynamicTest.dynamicTest(mutant.name() + ": " + mutant.bug(),
                () -> isFound(mutant)));
    }

    /// Compiling them takes a moment each, so most are only applied on every build.
    @Test void every_planted_bug_still_applies() throws Exception {
        for (var mutant : mutants()) {
            for (var file : files(mutant))
                mutant.apply(file, source(file));
        }
    }

    private void isFound(Mutant mutant) throws Exception {
        var classes = Files.createDirectories(work.resolve(mutant.name()).resolve("classes"));
        compile(mutant, classes);

        var found = hunt(classes, mutant);

        assertFalse(found.isEmpty(), () -> "not found in " + mutant.seeds() + " seeds: "
            + mutant.bug());
        System.out.println(mutant.name() + ": " + found.get(0) + ": " + found.get(1));
    }

    private void compile(Mutant mutant, Path classes) throws Exception {
        var sources = Files.createDirectories(work.resolve(mutant.name()).resolve("sources"));
        var options = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", classes.toString(),
            "-cp", place(Loop.class) + ":" + place(Nullable.class)));
        for (var file : files(mutant)) {
            var target = sources.resolve(file);
            Files.createDirectories(target.getParent());
            Files.writeString(target, mutant.apply(file, source(file)));
            options.add(target.toString());
        }
        int failed = ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, options.toArray(new String[0]));
        assertEquals(0, failed, "the mutant compiles");
    }

    /// Runs the simulator on the changed classes, apart from the sound ones.
    private static List<?> hunt(Path classes, Mutant mutant) throws Exception {
        var places = new URL[]{classes.toUri().toURL(), place(Loop.class).toUri().toURL(),
                place(Simulator.class).toUri().toURL()};
        try (var loader = new URLClassLoader(places, ClassLoader.getPlatformClassLoader())) {
            var simulator = loader.loadClass(Simulator.class.getName());
            var hunt = simulator.getMethod("hunt", long.class, int.class, int.class);
            return (List<?>) hunt.invoke(null, 1L, mutant.seeds(), mutant.nodes());
        }
    }

    private static List<Mutant> mutants() throws Exception {
        var mutants = new ArrayList<Mutant>();
        try (var files = Files.list(MUTANTS)) {
            for (var file : files.sorted().toList()) {
                var name = file.getFileName().toString().replace(".txt", "");
                mutants.add(Mutant.parse(name, Files.readString(file)));
            }
        }
        return mutants;
    }

    private static Set<String> files(Mutant mutant) {
        var files = new LinkedHashSet<String>();
        for (var edit : mutant.edits())
            files.add(edit.file());
        return files;
    }

    private static String source(String file) throws Exception {
        return Files.readString(KERNEL.resolve(file), StandardCharsets.UTF_8);
    }

    private static Path place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}

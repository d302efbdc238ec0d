package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EscapesTest {
    private final List<String> said = new ArrayList<>();
    private final List<Integer> codes = new ArrayList<>();
    private final Escapes escapes = new Escapes(
        new Escapes.Outside((line, what) -> said.add(line), said::add, codes::add));

    @Test void an_error_of_the_machine_ends_the_process() {
        escapes.accept(new NoClassDefFoundError("dev/naru/Any"));
        assertThat(codes).containsExactly(ExitCode.BROKEN.code());
        assertThat(said).hasSize(2).last().asString().contains("dev/naru/Any");
    }

    @Test void no_memory_ends_the_process_with_a_code_of_its_own() {
        escapes.accept(new OutOfMemoryError("heap"));
        assertThat(codes).containsExactly(ExitCode.MEMORY.code());
    }

    @Test void a_failed_request_ends_nothing() {
        escapes.accept(new IllegalStateException("one request"));
        assertThat(codes).isEmpty();
        assertThat(said).hasSize(1);
    }

    @Test void the_process_ends_though_nothing_can_be_said() {
        var mute = new Escapes(new Escapes.Outside((line, what) -> {
            throw new NoClassDefFoundError("no descriptor is left to load it with");
        }, said::add, codes::add));
        assertThatThrownBy(() -> mute.accept(new NoClassDefFoundError("dev/naru/Any")))
            .isInstanceOf(NoClassDefFoundError.class);
        assertThat(codes).containsExactly(ExitCode.BROKEN.code());
    }
}

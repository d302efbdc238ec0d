package dev.naru.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeNameTest {
    @Test void a_name_is_read_as_it_is_written() {
        var name = new NodeName("MkU3OEVBNTcwNTJENDM2Qg", 12, new Uuid(3, 4));
        assertThat(name.uri()).isEqualTo("naru:MkU3OEVBNTcwNTJENDM2Qg/12/" + name.directoryId());
        assertThat(NodeName.parse(name.uri())).contains(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "naru:", "naru:c/1", "naru:c/1/x", "naru:/1/AAAAAAAAAAAAAAAAAAAAAQ",
            "naru:c/-1/AAAAAAAAAAAAAAAAAAAAAQ", "naru:c/one/AAAAAAAAAAAAAAAAAAAAAQ",
            "naru:c/1/AAAAAAAAAAAAAAAAAAAAAQ/2",
            "http:c/1/AAAAAAAAAAAAAAAAAAAAAQ"}) void what_is_no_name_is_none(String text) {
        assertThat(NodeName.parse(text)).isEmpty();
    }
}

package dev.naru.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.base.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustDirectoryTest {
    private static final String CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";
    private static final NodeName NODE = new NodeName(CLUSTER, 1, new Uuid(5, 6));
    private static final long NOW_MS = 1_800_000_000_000L;
    private static final List<String> HOSTS = List.of("127.0.0.1", "node1.example");

    @TempDir
    Path data;
    private TrustDirectory trust;

    @BeforeEach void open() {
        trust = TrustDirectory.in(data);
    }

    @Test void keys_are_for_their_owner_only() throws Exception {
        trust.found(CLUSTER, NOW_MS);
        trust.open(NODE, HOSTS, NOW_MS);
        assertThat(permissions("tls")).isEqualTo("rwx------");
        assertThat(permissions("tls/ca-key.pem")).isEqualTo("rw-------");
        assertThat(permissions("tls/node.pem")).isEqualTo("rw-------");
        assertThat(Files.readString(data.resolve("tls/ca.pem"))).doesNotContain("PRIVATE");
        try (var files = Files.list(data.resolve("tls"))) {
            assertThat(files).hasSize(3);
        }
    }

    @Test void a_certificate_says_which_node_it_is_for_and_where() throws Exception {
        trust.found(CLUSTER, NOW_MS);
        var certificate = trust.open(NODE, HOSTS, NOW_MS).certificate();
        assertThat(NodeName.of(certificate)).contains(NODE);
        assertThat(certificate.getSubjectAlternativeNames()).hasSize(3);
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getExtendedKeyUsage()).hasSize(2);
    }

    @Test void opening_again_changes_nothing_in_the_first_two_thirds_of_its_life()
        throws Exception {
        trust.found(CLUSTER, NOW_MS);
        var first = trust.open(NODE, HOSTS, NOW_MS);
        var later = trust.open(NODE, HOSTS, NOW_MS + TimeUnit.DAYS.toMillis(200));
        assertThat(first.isRenewed()).isTrue();
        assertThat(later.isRenewed()).isFalse();
        assertThat(later.certificate()).isEqualTo(first.certificate());
    }

    @Test void in_the_last_third_it_is_renewed_where_the_authority_is() throws Exception {
        trust.found(CLUSTER, NOW_MS);
        var first = trust.open(NODE, HOSTS, NOW_MS);
        long laterMs = NOW_MS + TimeUnit.DAYS.toMillis(300);
        var later = trust.open(NODE, HOSTS, laterMs);
        assertThat(later.isRenewed()).isTrue();
        assertThat(later.certificate()).isNotEqualTo(first.certificate());
        assertThat(later.identity().expiresAtMs())
            .isEqualTo(laterMs + TimeUnit.DAYS.toMillis(365));
    }

    @Test void without_the_authority_it_lasts_to_its_end_and_says_so() throws Exception {
        trust.found(CLUSTER, NOW_MS);
        trust.open(NODE, HOSTS, NOW_MS);
        Files.delete(data.resolve("tls/ca-key.pem"));
        var late = trust.open(NODE, HOSTS, NOW_MS + TimeUnit.DAYS.toMillis(364));
        assertThat(late.isRenewed()).isFalse();
        assertThatThrownBy(() -> trust.open(NODE, HOSTS, NOW_MS + TimeUnit.DAYS.toMillis(366)))
            .isInstanceOf(Untrusted.class).hasMessageContaining("has expired on 2028-01-")
            .hasMessageContaining("token");
    }

    @Test void a_certificate_of_another_directory_is_not_this_nodes() throws Exception {
        trust.found(CLUSTER, NOW_MS);
        trust.open(NODE, HOSTS, NOW_MS);
        Files.delete(data.resolve("tls/ca-key.pem"));
        var wiped = new NodeName(CLUSTER, 1, new Uuid(9, 9));
        assertThatThrownBy(() -> trust.open(wiped, HOSTS, NOW_MS))
            .isInstanceOf(Untrusted.class).hasMessageContaining(NODE.uri());
    }

    @Test void a_directory_without_any_certificate_says_so() throws Exception {
        assertThat(trust.isThere()).isFalse();
        assertThat(trust.authority(CLUSTER)).isEmpty();
        assertThatThrownBy(() -> trust.open(NODE, HOSTS, NOW_MS))
            .isInstanceOf(Untrusted.class).hasMessageContaining("no certificate");
    }

    @Test void what_a_crash_left_half_written_is_written_again() throws Exception {
        Files.createDirectory(data.resolve("tls"));
        Files.writeString(data.resolve("tls/node.pem.tmp"), "half");
        trust.found(CLUSTER, NOW_MS);
        assertThat(trust.open(NODE, HOSTS, NOW_MS).isRenewed()).isTrue();
    }

    @Test void a_damaged_file_is_an_error_and_not_a_new_authority() throws Exception {
        trust.found(CLUSTER, NOW_MS);
        Files.writeString(data.resolve("tls/ca-key.pem"), "nonsense");
        assertThatThrownBy(() -> trust.open(NODE, HOSTS, NOW_MS)).isInstanceOf(Untrusted.class);
    }

    @Test void a_node_that_asks_gets_a_certificate_for_its_own_key() throws Exception {
        var authority = trust.found(CLUSTER, NOW_MS);
        var asking = ClusterCa.Asking.of(NODE);
        var chain = authority.admit(asking.request(), NODE, HOSTS, NOW_MS);
        var there = TrustDirectory.in(data.resolve("other"));
        there.joined(asking, chain);
        var opened = there.open(NODE, HOSTS, NOW_MS);
        assertThat(opened.isRenewed()).isFalse();
        assertThat(opened.certificate()).isEqualTo(chain.getFirst());
        assertThat(there.authority(CLUSTER)).isEmpty();
    }

    @Test void a_request_that_was_changed_is_refused() throws Exception {
        var authority = trust.found(CLUSTER, NOW_MS);
        byte[] request = ClusterCa.Asking.of(NODE).request();
        request[request.length - 1] ^= 1;
        assertThatThrownBy(() -> authority.admit(request, NODE, HOSTS, NOW_MS))
            .isInstanceOf(Untrusted.class);
        for (byte[] nonsense : List.of(new byte[0], new byte[]{1, 2, 3}, new byte[5_000])) {
            assertThatThrownBy(() -> authority.admit(nonsense, NODE, HOSTS, NOW_MS))
                .isInstanceOf(Untrusted.class);
        }
    }

    @Test void an_answer_for_another_key_is_not_kept() throws Exception {
        var authority = trust.found(CLUSTER, NOW_MS);
        var chain = authority.admit(ClusterCa.Asking.of(NODE).request(), NODE, HOSTS, NOW_MS);
        var other = TrustDirectory.in(data.resolve("other"));
        assertThatThrownBy(() -> other.joined(ClusterCa.Asking.of(NODE), chain))
            .isInstanceOf(Untrusted.class).hasMessageContaining("another key");
        assertThat(other.isThere()).isFalse();
    }

    @Test void nodes_of_other_clusters_are_not_admitted() throws Exception {
        var authority = trust.found(CLUSTER, NOW_MS);
        var elsewhere = new NodeName("other", 1, new Uuid(5, 6));
        var request = ClusterCa.Asking.of(elsewhere).request();
        assertThatThrownBy(() -> authority.admit(request, elsewhere, HOSTS, NOW_MS))
            .isInstanceOf(Untrusted.class).hasMessageContaining("other");
    }

    private String permissions(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(path)));
    }
}

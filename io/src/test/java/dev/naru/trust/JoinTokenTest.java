package dev.naru.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JoinTokenTest {
    private static final String CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";

    private static Fingerprint authority() {
        var bytes = new byte[Fingerprint.SIZE_BYTES];
        Arrays.fill(bytes, (byte) 7);
        return new Fingerprint(bytes);
    }

    private static JoinToken token() {
        return new JoinToken(CLUSTER, authority(), JoinToken.Secret.random());
    }

    @Test void a_token_is_read_as_it_was_printed() throws Untrusted {
        var token = token();
        var read = JoinToken.parse(token.print());
        assertThat(read.clusterId()).isEqualTo(CLUSTER);
        assertThat(read.authority()).isEqualTo(authority());
        assertThat(read.id()).isEqualTo(token.id());
        assertThat(read.secret()).isEqualTo(token.secret());
        assertThat(read.print()).isEqualTo(token.print()).matches("naru1-[A-Za-z0-9_-]+");
    }

    @Test void every_cut_and_every_other_letter_is_told() {
        var text = token().print();
        for (int length = 0; length < text.length(); length++) {
            var cut = text.substring(0, length);
            assertThatThrownBy(() -> JoinToken.parse(cut)).isInstanceOf(Untrusted.class);
        }
        // the last letter has bits that mean nothing
        for (int at = 0; at < text.length() - 1; at++) {
            char other = text.charAt(at) == 'A' ? 'B' : 'A';
            var damaged = text.substring(0, at) + other + text.substring(at + 1);
            assertThatThrownBy(() -> JoinToken.parse(damaged)).isInstanceOf(Untrusted.class);
        }
    }

    @Test void what_is_wrong_with_a_token_is_said_without_its_secret() {
        var text = token().print();
        assertThatThrownBy(() -> JoinToken.parse(text.substring(0, text.length() - 9)))
            .hasMessage("the join token is damaged: copy all of it");
        assertThatThrownBy(() -> JoinToken.parse(text.substring(1)))
            .hasMessage("the join token does not begin with naru1-");
        assertThat(token().toString()).doesNotContain("secret").contains(CLUSTER);
    }

    @Test void what_the_cluster_keeps_is_the_same_for_the_same_secret_only() {
        var secret = JoinToken.Secret.random();
        var token = new JoinToken(CLUSTER, authority(), secret);
        assertThat(secret.hash()).isEqualTo(JoinToken.hash(token.secret())).hasSize(64);
        assertThat(secret.hash()).isNotEqualTo(JoinToken.Secret.random().hash());
        // SHA-256 of nothing (FIPS 180-4)
        assertThat(JoinToken.hash(ByteBuffer.allocate(0)))
            .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test void a_fingerprint_is_read_as_it_was_printed() throws Untrusted {
        assertThat(Fingerprint.parse(authority().toString())).isEqualTo(authority());
        assertThatThrownBy(() -> Fingerprint.parse("07")).isInstanceOf(Untrusted.class);
        assertThatThrownBy(() -> Fingerprint.parse("x".repeat(64))).isInstanceOf(Untrusted.class);
    }
}

package dev.naru.config;

import static dev.naru.config.SettingsTest.accept;
import static dev.naru.config.SettingsTest.reject;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ListenersTest {
    @Test void listeners_are_names_hosts_and_ports() {
        var settings = accept(Map.of("listeners", "plaintext://127.0.0.1:0,OTHER://[::1]:9093",
            "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,OTHER:PLAINTEXT"));
        assertThat(settings.listeners()).containsExactly(new Listener("PLAINTEXT", "127.0.0.1", 0),
            new Listener("OTHER", "::1", 9093));
        assertThat(settings.advertisedListeners()).isEqualTo(settings.listeners());
        assertThat(settings.listeners().get(1).toString()).isEqualTo("OTHER://[::1]:9093");
    }

    @Test void the_listener_between_nodes_is_never_the_only_one() {
        assertThat(accept(Map.of("listeners", "PLAINTEXT://127.0.0.1:0",
            "inter.broker.listener.name", "PLAINTEXT")).peerListener()).isEmpty();
        assertThat(accept(Map.of("listeners", "PLAINTEXT://127.0.0.1:0,PEERS://127.0.0.1:0",
            "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT",
            "inter.broker.listener.name", "peers")).peerListener()).contains("PEERS");
    }

    @Test void nodes_talk_in_plaintext_on_this_machine_or_when_told() {
        for (var open : new String[]{"10.0.0.1", "", "0.0.0.0", "node1.example"}) {
            assertThat(reject(peers(open, "PLAINTEXT"))).as(open).hasSize(1).first().asString()
                .contains("PEERS", "naru.internode.plaintext=true", "SSL");
            var given = peers(open, "PLAINTEXT");
            given.put("naru.insecure", "true");
            assertThat(reject(given)).as("for clients only").hasSize(1);
            given.put("naru.internode.plaintext", "true");
            var accepted = (Settings.Outcome.Accepted) Settings.of(given);
            assertThat(accepted.notices()).hasSize(1).first().asString()
                .startsWith("INSECURE: ").contains("can be a node");
            assertThat(accepted.settings().isPeerListenerSecured()).isFalse();
        }
        assertThat(accept(peers("127.0.0.1", "PLAINTEXT")).isPeerListenerSecured()).isFalse();
    }

    @Test void nodes_that_speak_tls_may_be_reached_from_anywhere() {
        var accepted = (Settings.Outcome.Accepted) Settings.of(peers("10.0.0.1", "SSL"));
        assertThat(accepted.notices()).isEmpty();
        assertThat(accepted.settings().isPeerListenerSecured()).isTrue();
        assertThat(reject(peers("10.0.0.1", "SASL_SSL"))).first().asString()
            .contains("asks for SASL_SSL");
    }

    @Test void the_quorum_is_no_less_guarded_than_the_listener() {
        var voters = "1@10.0.0.1:9:AAAAAAAAAAAAAAAAAAAAAQ,2@10.0.0.2:9:AAAAAAAAAAAAAAAAAAAAAg";
        var given = peers("127.0.0.1", "PLAINTEXT");
        given.put("controller.quorum.voters", voters);
        assertThat(reject(given)).hasSize(1).first().asString()
            .contains("controller.quorum.voters", "naru.internode.plaintext=true");
        given.put("naru.internode.plaintext", "true");
        accept(given);
        var secured = peers("10.0.0.1", "SSL");
        secured.put("controller.quorum.voters", voters);
        accept(secured);
    }

    @Test void certificates_are_named_with_those_they_are_to_believe() {
        var given = peers("10.0.0.1", "SSL");
        given.put("ssl.keystore.location", "node.pem");
        assertThat(reject(given)).hasSize(1).first().asString().contains("come together");
        given.put("ssl.truststore.location", "ca.pem");
        accept(given);
        var plain = peers("127.0.0.1", "PLAINTEXT");
        plain.put("ssl.keystore.location", "node.pem");
        plain.put("ssl.truststore.location", "ca.pem");
        assertThat(reject(plain)).hasSize(1).first().asString().contains("has no SSL");
        given.put("ssl.endpoint.identification.algorithm", "LDAPS");
        assertThat(reject(given)).hasSize(1).first().asString().contains("https or empty");
    }

    private static Map<String, String> peers(String host, String protocol) {
        var given = new TreeMap<String, String>();
        given.put("listeners", "PLAINTEXT://127.0.0.1:9092,PEERS://" + host + ":9192");
        given.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,PEERS:" + protocol);
        given.put("inter.broker.listener.name", "PEERS");
        if (host.isEmpty() || host.equals("0.0.0.0"))
            given.put("advertised.listeners",
                "PLAINTEXT://127.0.0.1:9092,PEERS://node1.example:9192");
        return given;
    }

    @Test void other_text_is_refused() {
        for (var bad : new String[]{"9092", "PLAINTEXT://127.0.0.1", "PLAINTEXT://127.0.0.1:x",
                "PLAINTEXT://127.0.0.1:65536", "://127.0.0.1:1", "PLAINTEXT://::1:9092",
                "PLAINTEXT://a/b:1"}) {
            assertThat(reject(Map.of("listeners", bad))).as(bad).first().asString()
                .contains("must look like NAME://host:port");
        }
    }

    @Test void what_other_machines_can_reach_must_be_asked_for() {
        for (var open : new String[]{"PLAINTEXT://:9092", "PLAINTEXT://0.0.0.0:9092",
                "PLAINTEXT://10.0.0.1:9092",
                "PLAINTEXT://[::]:9092", "PLAINTEXT://example.org:9092",
                "PLAINTEXT://127.0.0.1.example.org:1"}) {
            assertThat(reject(Map.of("listeners", open))).as(open).hasSize(1).first().asString()
                .contains("naru.insecure=true");
            var accepted = (Settings.Outcome.Accepted) Settings
                .of(Map.of("listeners", open, "naru.insecure", "true"));
            assertThat(accepted.notices()).hasSize(1).first().asString().startsWith("INSECURE: ");
        }
        for (var closed : new String[]{"PLAINTEXT://localhost:1", "PLAINTEXT://127.1.2.3:1",
                "PLAINTEXT://[::1]:1"}) {
            assertThat(
                ((Settings.Outcome.Accepted) Settings.of(Map.of("listeners", closed))).notices())
                .isEmpty();
        }
    }

    @Test void the_controllers_listener_is_not_opened() {
        var accepted = (Settings.Outcome.Accepted) Settings.of(Map.of("listeners",
            "PLAINTEXT://localhost:9092,CONTROLLER://:9093", "controller.listener.names",
            "CONTROLLER",
            "listener.security.protocol.map", "CONTROLLER:SSL,PLAINTEXT:PLAINTEXT"));
        assertThat(accepted.settings().listeners()).hasSize(1);
        assertThat(accepted.notices()).hasSize(1).first().asString()
            .contains("CONTROLLER://:9093 is not opened");
        assertThat(reject(
            Map.of("listeners", "CONTROLLER://:9093", "controller.listener.names", "CONTROLLER")))
            .containsExactly("'listeners' names no listener for clients");
    }

    @Test void each_listener_has_a_name_a_port_and_a_protocol_of_its_own() {
        assertThat(reject(Map.of("listeners", "PLAINTEXT://localhost:1,PLAINTEXT://localhost:2")))
            .containsExactly("'listeners' has two listeners named PLAINTEXT");
        assertThat(reject(
            Map.of("listeners", "A://localhost:1,B://localhost:1", "listener.security.protocol.map",
                "A:PLAINTEXT,B:PLAINTEXT")))
            .containsExactly(
                "listeners A://localhost:1 and B://localhost:1 share a port");
        assertThat(reject(Map.of("listeners", "A://localhost:1"))).containsExactly(
            "listener A://localhost:1 has no entry in 'listener.security.protocol.map'");
        assertThat(reject(Map.of("listener.security.protocol.map", "A:B"))).first().asString()
            .contains("must hold NAME:PROTOCOL");
        accept(
            Map.of("listeners", "A://localhost:0,B://localhost:0", "listener.security.protocol.map",
                "A:PLAINTEXT,B:PLAINTEXT"));
    }

    @Test void what_clients_are_told_is_a_listener_and_a_host() {
        var settings = accept(
            Map.of("advertised.listeners", "PLAINTEXT://broker.example.org:19092"));
        assertThat(settings.advertisedListeners())
            .containsExactly(new Listener("PLAINTEXT", "broker.example.org", 19_092));
        assertThat(reject(Map.of("advertised.listeners", "PLAINTEXT://0.0.0.0:1"))).first()
            .asString()
            .contains("must name a host");
        assertThat(reject(Map.of("advertised.listeners", "OTHER://a:1"))).first().asString()
            .contains("not among the listeners");
    }
}

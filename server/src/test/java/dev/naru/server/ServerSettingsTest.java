package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.config.BrokerNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerSettingsTest {
    @TempDir
    Path directory;

    @Test void nothing_given_listens_on_loopback_and_keeps_to_the_data_directory() {
        var settings = accepted("start");
        assertThat(settings.dataDirectory()).isEqualTo(Path.of("data").toAbsolutePath());
        assertThat(settings.settings().listeners().toString())
            .contains("PLAINTEXT://127.0.0.1:9092");
        assertThat(settings.notices()).isEmpty();
    }

    @Test void the_command_line_counts_more_than_the_file() throws IOException {
        var file = file(
            "log.dirs=/from/file\nnum.partitions=3\nlisteners=PLAINTEXT://127.0.0.1:1\n");
        var fromFile = accepted("start", "--config", file);
        assertThat(fromFile.dataDirectory()).isEqualTo(Path.of("/from/file"));
        var both = accepted("start", "--config", file, "--data", "/from/line", "--listen",
            "localhost:2",
            "-o", "num.partitions=5");
        assertThat(both.dataDirectory()).isEqualTo(Path.of("/from/line"));
        assertThat(both.settings().integer(BrokerNames.NUM_PARTITIONS)).isEqualTo(5);
        assertThat(both.settings().listeners().getFirst().port()).isEqualTo(2);
    }

    @Test void several_data_directories_are_refused() {
        assertThat(rejected("start", "-o", "log.dirs=/a,/b")).hasSize(1);
    }

    @Test void an_address_for_others_needs_to_be_asked_for() {
        assertThat(rejected("start", "--listen", "0.0.0.0:9092")).hasSize(1);
        var loud = accepted("start", "--listen", "0.0.0.0:9092", "--insecure");
        assertThat(loud.notices()).anyMatch(notice -> notice.startsWith("INSECURE"));
    }

    @Test void a_listen_address_without_a_port_is_wrong() {
        assertThat(rejected("start", "--listen", "localhost").getFirst())
            .startsWith("--listen needs HOST:PORT");
    }

    @Test void other_nodes_speak_tls_where_others_can_connect_with_a_token_and_with_certificates()
        throws IOException {
        var here = accepted("start", "--peers", "127.0.0.1:9192");
        assertThat(here.settings().isPeerListenerSecured()).isFalse();
        var open = accepted("start", "--peers", "10.0.0.1:9192");
        assertThat(open.settings().isPeerListenerSecured()).isTrue();
        var told = accepted("start", "--peers", "10.0.0.1:9192", "-o",
            "naru.internode.plaintext=true");
        assertThat(told.settings().isPeerListenerSecured()).isFalse();
        var joining = accepted("start", "--peers", "127.0.0.1:9192", "--join", "h:1", "--token",
            "t");
        assertThat(joining.settings().isPeerListenerSecured()).isTrue();
        Files.createDirectories(directory.resolve("tls"));
        Files.writeString(directory.resolve("tls/ca.pem"), "");
        var joined = accepted("start", "--peers", "127.0.0.1:9192", "--data",
            directory.toString());
        assertThat(joined.settings().isPeerListenerSecured()).isTrue();
    }

    @Test void a_token_is_read_from_a_file() throws IOException {
        var file = file("naru1-abc\n");
        assertThat(accepted("start", "--peers", "127.0.0.1:9192", "--join", "h:1", "--token",
            "@" + file).token()).contains("naru1-abc");
        assertThat(rejected("start", "--token", "@/nowhere/x"))
            .containsExactly("there is no file /nowhere/x");
    }

    @Test void a_missing_file_is_said() {
        assertThat(rejected("start", "--config", "/nowhere/x"))
            .containsExactly("there is no file /nowhere/x");
    }

    private static final String DOORS = "listeners=PLAINTEXT://127.0.0.1:1,PEERS://127.0.0.1:2,"
        + "CONTROLLER://127.0.0.1:3\ninter.broker.listener.name=PEERS\n"
        + "controller.listener.names=CONTROLLER\n"
        + "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT\n";

    private String doors(Path data, String more) throws IOException {
        return file(DOORS + "log.dirs=" + data + "\n" + more);
    }

    @Test void bootstrap_servers_other_than_the_node_itself_are_asked_when_the_directory_is_empty()
        throws IOException {
        var servers = "controller.quorum.bootstrap.servers=localhost:2,h:2,127.0.0.1:3,h:9\n";
        var data = directory.resolve("data");
        var joining = accepted("start", "--config", doors(data, servers));
        assertThat(joining.join()).contains("h:2,h:9");
        assertThat(accepted("start", "--config", doors(data, servers), "--join", "x:1").join())
            .contains("x:1");
        var alone = "controller.quorum.bootstrap.servers=127.0.0.1:3\n";
        assertThat(accepted("start", "--config", doors(data, alone)).join()).isEmpty();
        Files.createDirectories(data);
        Files.writeString(data.resolve("meta.properties"), "version=1\nnode.id=4\n");
        var formatted = accepted("start", "--config", doors(data, servers));
        assertThat(formatted.join()).isEmpty();
        assertThat(formatted.settings().nodeId()).isEqualTo(4);
        Files.writeString(data.resolve("join.properties"),
            "directory.id=AAAAAAAAAAAAAAAAAAAAAQ\njoin=h\\:2\n");
        assertThat(accepted("start", "--config", doors(data, servers)).join())
            .contains("h:2,h:9");
    }

    @Test void bootstrap_servers_need_a_listener_for_other_nodes() throws IOException {
        var file = file("listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:3\n"
            + "controller.listener.names=CONTROLLER\ninter.broker.listener.name=PLAINTEXT\n"
            + "log.dirs=" + directory.resolve("data") + "\n"
            + "controller.quorum.bootstrap.servers=127.0.0.1:3,h:3\n");
        assertThat(rejected("start", "--config", file)).singleElement().asString()
            .startsWith("'controller.quorum.bootstrap.servers' asks other nodes");
    }

    @Test void who_agrees_first_is_known_from_the_format() throws IOException {
        var data = Files.createDirectories(directory.resolve("data"));
        var founders = "1@127.0.0.1:3:AAAAAAAAAAAAAAAAAAAAAQ,2@h:3:AAAAAAAAAAAAAAAAAAAAAg";
        Files.writeString(data.resolve("meta.properties"), "version=1\nnode.id=1\n"
            + "naru.initial.controllers=" + founders.replace(":", "\\:") + "\n");
        var voters = accepted("start", "--config", doors(data, "")).settings().quorumVoters();
        assertThat(voters).hasSize(2).allMatch(voter -> voter.directoryId().isPresent());
        var given = accepted("start", "--config",
            doors(data, "controller.quorum.voters=1@127.0.0.1:3,2@h:3\n"));
        assertThat(given.settings().quorumVoters()).isEqualTo(voters);
        assertThat(rejected("start", "--config",
            doors(data, "controller.quorum.voters=1@127.0.0.1:3,3@h:3\n"))).singleElement()
            .asString().contains("directory id of node 3", "--initial-controllers");
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("server.properties"), text).toString();
    }

    private static ServerSettings accepted(String... words) {
        return ((ServerSettings.Outcome.Accepted) of(words)).settings();
    }

    private static List<String> rejected(String... words) {
        return ((ServerSettings.Outcome.Rejected) of(words)).problems();
    }

    private static ServerSettings.Outcome of(String... words) {
        return ServerSettings.of((CommandLine.Start) CommandLine.read(List.of(words)));
    }
}

package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.embedded.Naru;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// `naru node ...`, `naru cluster status` and `naru cluster balance` on one node.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterCareTest {
    private final Naru naru = Naru.start(Map.of());
    private final String at = naru.bootstrapServers();

    @AfterAll void stops_its_broker() {
        naru.close();
    }

    private String run(int exitCode, String... args) {
        var all = new String[args.length + 2];
        System.arraycopy(args, 0, all, 0, args.length);
        all[args.length] = "-b";
        all[args.length + 1] = at;
        var screen = new Screen("");
        assertThat(screen.run(all)).as(screen.err()).isEqualTo(exitCode);
        return screen.out() + screen.err();
    }

    @Test void a_node_is_shown_with_what_it_holds() {
        run(0, "topic", "create", "shown", "-p", "3");
        assertThat(run(0, "node", "list").lines().toList().getLast())
            .matches(" *1 +- +active +- +false +[0-9]+ +[0-9]+ +[0-9]+");
        var node = Json.parse("nodes", run(0, "node", "list", "--json")).get(0);
        assertThat(node.get("replicas").asInt()).isGreaterThanOrEqualTo(3);
        assertThat(node.get("leaders").asInt()).isGreaterThanOrEqualTo(3);
    }

    @Test void the_status_says_that_nothing_is_missing_and_nothing_moves() {
        assertThat(run(0, "cluster", "status")).startsWith(
            "partitions without a leader 0  under-replicated 0  moving by itself ")
            .endsWith("\nnothing moves\n");
        var status = Json.parse("the status", run(0, "cluster", "status", "--json"));
        assertThat(status.get("underReplicatedPartitions").asInt()).isZero();
        assertThat(status.get("nodes").size()).isEqualTo(1);
        assertThat(status.get("moves").size()).isZero();
    }

    @Test void moving_is_stopped_and_started() {
        assertThat(run(0, "cluster", "balance", "--stop")).startsWith("moving by itself off");
        assertThat(run(0, "cluster", "balance", "--start")).startsWith("moving by itself on");
        assertThat(run(2, "cluster", "balance", "--start", "--stop")).contains("together");
    }

    @Test void the_only_node_cannot_be_emptied_and_stays_when_that_is_taken_back() {
        run(0, "topic", "create", "held");
        assertThat(run(0, "node", "decommission", "1")).contains("node 1 holds")
            .contains("no other node can take them");
        assertThat(run(1, "node", "decommission", "1", "--status")).contains("node 1 holds");
        assertThat(run(1, "node", "remove", "1")).contains("empty it first");
        assertThat(run(1, "node", "remove", "1", "--force")).contains("stop it first");
        assertThat(run(0, "node", "decommission", "1", "--cancel")).contains("node 1 stays");
    }

    @Test void a_node_that_is_not_there_is_named() {
        assertThat(run(1, "node", "decommission", "9")).contains("there is no node 9");
        assertThat(run(1, "node", "remove", "9", "--force")).contains("there is no node 9");
        assertThat(run(2, "node", "remove", "x")).contains("whole number");
        assertThat(run(2, "node", "remove", "99999999999")).contains("not 99999999999");
        assertThat(run(2, "quorum", "remove", "99999999999")).contains("not 99999999999");
    }
}

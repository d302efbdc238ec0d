package dev.naru.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.metadata.NodeIdentity.Asked;
import dev.naru.metadata.NodeIdentity.Opened;
import dev.naru.metadata.NodeIdentity.Refused;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NodeIdentityTest {
    private static final String KAFKAS = """
        #
        #Sun Nov 01 10:00:00 UTC 2026
        cluster.id=4L6g3nShT-eMCtK--X86sw
        directory.id=KhJp3rsBQwOcz6Q5zyTYBg
        node.id=1
        version=1
        """;

    private final TestDisk disk = new TestDisk();

    private NodeIdentity.Outcome open(String clusterId, int nodeId) throws DiskFault {
        return NodeIdentity.open(disk, new Asked(clusterId, nodeId), Fixtures.entropy(5));
    }

    private String refusal(String text) throws DiskFault {
        disk.put(NodeIdentity.FILE, text.getBytes(StandardCharsets.UTF_8));
        return ((Refused) open("", 1)).why();
    }

    @Test void the_first_start_makes_an_identity_that_later_starts_find() throws DiskFault {
        var first = (Opened) open("", 1);
        assertTrue(first.isNew());
        assertEquals(22, first.identity().clusterId().length());
        disk.losePower(new SplittableRandom(1));
        assertEquals(new Opened(first.identity(), false), open("", 1));
        assertEquals(new Opened(first.identity(), false), open(first.identity().clusterId(), 1));
    }

    @Test void a_cluster_id_that_is_given_is_taken() throws DiskFault {
        assertEquals("mine", ((Opened) open("mine", 7)).identity().clusterId());
        assertEquals(7, ((Opened) open("mine", 7)).identity().nodeId());
    }

    @Test void the_file_is_kafkas_with_one_line_of_our_own() throws DiskFault {
        var identity = ((Opened) open("mine", 7)).identity();
        assertEquals("cluster.id=mine\ndirectory.id=" + identity.directoryId()
            + "\nnaru.format=1\nnode.id=7\nversion=1\n",
            new String(disk.bytes(NodeIdentity.FILE), StandardCharsets.UTF_8));
    }

    @Test void a_directory_of_kafka_is_taken_over_with_its_ids() throws DiskFault {
        disk.put(NodeIdentity.FILE, KAFKAS.getBytes(StandardCharsets.UTF_8));
        var identity = ((Opened) open("", 1)).identity();
        assertEquals("4L6g3nShT-eMCtK--X86sw", identity.clusterId());
        assertEquals("KhJp3rsBQwOcz6Q5zyTYBg", identity.directoryId().toString());
        assertEquals(identity, ((Opened) open("", 1)).identity());
    }

    @Test void a_missing_directory_id_is_made_once() throws DiskFault {
        disk.put(NodeIdentity.FILE,
            "version=1\ncluster.id=c\\:d\nnode.id=1\nother=kept\n"
                .getBytes(StandardCharsets.UTF_8));
        var first = (Opened) open("", 1);
        assertEquals("c:d", first.identity().clusterId());
        assertEquals(first, open("", 1));
        assertTrue(
            new String(disk.bytes(NodeIdentity.FILE), StandardCharsets.UTF_8)
                .contains("other=kept"));
    }

    @Test void another_node_or_cluster_is_refused() throws DiskFault {
        open("mine", 1);
        assertTrue(((Refused) open("mine", 2)).why().contains("node 1"));
        assertTrue(((Refused) open("yours", 1)).why().contains("mine"));
    }

    @Test void what_this_version_cannot_read_is_refused() throws DiskFault {
        assertTrue(refusal(KAFKAS + "naru.format=2\n").contains("format 2"));
        assertTrue(refusal(KAFKAS + "naru.format=x\n").contains("format x"));
        assertTrue(refusal("version=0\nbroker.id=1\ncluster.id=c\n").contains("version=1"));
        assertTrue(refusal("version=1\ncluster.id=c\n").contains("node.id"));
        assertTrue(refusal("version=1\nnode.id=1\n").contains("cluster.id"));
        assertTrue(refusal("version=1\nnode.id=1\ncluster.id=c\ndirectory.id=?\n")
            .contains("directory.id"));
        assertTrue(refusal("#".repeat(70_000)).contains("too large"));
    }

    @Test void a_power_loss_at_any_step_leaves_no_half_of_an_identity() throws DiskFault {
        for (int seed = 0; seed < 60; seed++) {
            var machine = new TestDisk();
            machine.stepsLeft = seed % 6;
            try {
                NodeIdentity.open(machine, new Asked("c", 1), Fixtures.entropy(seed));
            } catch (TestDisk.PowerLost gone) {
                assertTrue(machine.stepsLeft < 0);
            }
            machine.losePower(new SplittableRandom(seed));
            var opened = NodeIdentity.open(machine, new Asked("c", 1), Fixtures.entropy(seed));
            assertEquals("c", ((Opened) opened).identity().clusterId());
        }
    }
}

package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRequest.PartitionRef;
import dev.naru.metadata.ClusterRequest.TopicRef;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ClusterMessagesTest {
    private static final Uuid ID = new Uuid(0x0102030405060708L, 0x090A0B0C0D0E0F10L);
    private static final PartitionRef ONE = new PartitionRef("t", 4);

    /// What the bytes of each request are for ever: a line may be added, never changed.
    private static Map<ClusterRequest, String> requests() {
        var golden = new LinkedHashMap<ClusterRequest, String>();
        golden.put(new ClusterRequest.CreateTopics(
            List.of(new ClusterRequest.NewTopic("t", -1, -1,
                List.of(new ClusterRequest.Assignment(0, List.of(1, 2))),
                List.of(new ClusterRequest.Setting("k", null)))),
            3, 2, false, true), "01000101740101010002020401016b0006040001");
        golden.put(new ClusterRequest.DeleteTopics(
            List.of(new TopicRef.ByName("t"), new TopicRef.ById(ID))),
            "020002000174010102030405060708090a0b0c0d0e0f10");
        golden.put(new ClusterRequest.CreatePartitions(
            List.of(new ClusterRequest.Growth("t", 5, null),
                new ClusterRequest.Growth("u", 6, List.of(List.of(1), List.of(2)))),
            true), "03000201740a0001750c01020102010401");
        golden.put(new ClusterRequest.AlterConfigs(
            List.of(new ClusterRequest.Replacement(ConfigResource.topic("t"),
                List.of(new ClusterRequest.Setting("k", "v")))),
            false), "04000102017401016b01017600");
        golden.put(new ClusterRequest.IncrementalAlterConfigs(
            List.of(new ClusterRequest.Alterations(ConfigResource.broker(1),
                List.of(new ClusterRequest.Alteration("k", ClusterRequest.Operation.SUBTRACT,
                    "v")))),
            false), "05000104013101016b0301017600");
        var features = new TreeMap<String, Short>();
        features.put("f", (short) 2);
        golden.put(new ClusterRequest.FormCluster("c", features), "0600016301016604");
        golden.put(new ClusterRequest.RegisterNode(1, ID, new Uuid(0, 1),
            List.of(new Endpoint("L", "h", 9092, "PLAINTEXT")), "r", true, 300),
            "0700020102030405060708090a0b0c0d0e0f1000000000000000000000000000000001"
                + "01014c0168844709504c41494e54455854017201d804");
        golden.put(new ClusterRequest.Heartbeat(1, 300, 301, true), "0c0002d804da0401");
        golden.put(new ClusterRequest.HandOver(1, 300), "100002d804");
        golden.put(new ClusterRequest.AlterIsr(1, 300, List.of(
            new ClusterRequest.WantedIsr(ID, 4, 5, 6, List.of(1, 2), List.of(-1L, 300L)))),
            "0d0002d804010102030405060708090a0b0c0d0e0f10080a0c0202040201d804");
        golden.put(new ClusterRequest.CommittedIndex(), "0e00");
        golden.put(new ClusterRequest.TellSizes(1, 300, 2,
            List.of(new ClusterRequest.PartitionSize(ID, 4, 300)), true),
            "150002d80404010102030405060708090a0b0c0d0e0f1008d80401");
        golden.put(new ClusterRequest.UnregisterNode(300), "0f00d804");
        golden.put(new ClusterRequest.DescribeBalance(300), "1400d804");
        ofQuorum(golden);
        golden.put(new ClusterRequest.GrantProducerIds(1, 300, 1000), "080002d804d00f");
        golden.put(new ClusterRequest.UpdateFeatures(
            List.of(new ClusterRequest.FeatureUpdate("f", (short) 1,
                ClusterRequest.Direction.SAFE_DOWNGRADE)),
            true), "0900010166020201");
        golden.put(new ClusterRequest.ElectLeaders(true, null), "0a000100");
        golden.put(new ClusterRequest.ElectLeaders(false, List.of(ONE)), "0a00000101017408");
        golden.put(new ClusterRequest.Reassign(
            List.of(new ClusterRequest.Move(ONE, List.of(1, 2)),
                new ClusterRequest.Move(ONE, null)),
            true), "0b0002017408010202040174080001");
        return golden;
    }

    private static void ofQuorum(Map<ClusterRequest, String> golden) {
        golden.put(new ClusterRequest.AdmitNode(-1, ID,
            List.of(new Endpoint("L", "h", 9092, "PLAINTEXT")), "r", Optional.empty()),
            "2900010102030405060708090a0b0c0d0e0f1001014c0168844709504c41494e544558540172");
        golden.put(new ClusterRequest.AdmitNode(-1, ID, List.of(), "r",
            Optional.of(new JoinToken.Proof("t", "ff"))),
            "2b00010102030405060708090a0b0c0d0e0f1000017201740266" + "66");
        golden.put(new ClusterRequest.IssueJoinToken("t", "ff", 1_000), "2a0001740266" + "66d00f");
        golden.put(new ClusterRequest.DescribeQuorum(), "280000");
        golden.put(changed(new QuorumChange.AddVoter(3, ID, "h", 9093)),
            "280001060102030405060708090a0b0c0d0e0f1001688a8e01");
        golden.put(changed(new QuorumChange.AddObserver(3, ID, "h", 9093)),
            "280002060102030405060708090a0b0c0d0e0f1001688a8e01");
        golden.put(changed(new QuorumChange.RemoveVoter(3, ID)),
            "280003060102030405060708090a0b0c0d0e0f10");
        golden.put(changed(new QuorumChange.Forget(3, ID)),
            "280004060102030405060708090a0b0c0d0e0f10");
    }

    private static ClusterRequest changed(QuorumChange change) {
        return new ClusterRequest.ChangeQuorum(change);
    }

    /// The same for answers.
    private static Map<ClusterAnswer, String> answers() {
        var golden = new LinkedHashMap<ClusterAnswer, String>();
        var none = ErrorCode.NONE;
        golden.put(new ClusterAnswer.Failed(ErrorCode.NOT_CONTROLLER, "no"), "010052026e6f");
        var settings = new TreeMap<String, String>();
        settings.put("k", "v");
        golden.put(new ClusterAnswer.TopicsCreated(List.of(
            new ClusterAnswer.CreatedTopic("t", ID, none, "", 3, 2, settings))),
            "02000101740102030405060708090a0b0c0d0e0f100000060401016b0176");
        golden.put(new ClusterAnswer.TopicsDeleted(
            List.of(new ClusterAnswer.DeletedTopic("t", ID, none, ""))),
            "03000101740102030405060708090a0b0c0d0e0f100000");
        golden.put(new ClusterAnswer.PartitionsCreated(
            List.of(new ClusterAnswer.GrownTopic("t", ErrorCode.INVALID_PARTITIONS, "m"))),
            "04000101744a016d");
        golden.put(new ClusterAnswer.ConfigsAltered(List.of(
            new ClusterAnswer.AlteredResource(ConfigResource.group("g"), none, ""))),
            "0500012001670000");
        golden.put(new ClusterAnswer.Formed("c"), "06000163");
        golden.put(new ClusterAnswer.SizesHeard(), "1500");
        golden.put(new ClusterAnswer.NodeAccepted(300), "0700d804");
        golden.put(new ClusterAnswer.ProducerIds(5000, 1000), "0800904ed00f");
        golden.put(new ClusterAnswer.Heard(true, false, true), "0c00010001");
        golden.put(new ClusterAnswer.IsrAltered(List.of(new ClusterAnswer.AlteredIsr(ID, 4,
            none, -1, 5, 6, List.of(1, 2)))),
            "0d00010102030405060708090a0b0c0d0e0f100800010a0c020204");
        golden.put(new ClusterAnswer.Committed(300), "0e00d804");
        golden.put(new ClusterAnswer.Unregistered(300), "0f00d804");
        golden.put(new ClusterAnswer.JoinTokenGiven("c", "f", 1_000), "2a0001630166d00f");
        golden.put(new ClusterAnswer.BalanceDescribed(true, 1, 2,
            List.of(new ClusterAnswer.NodeStanding(1, "r", "s", true, 300, 3, 2, 1)),
            List.of(new ClusterAnswer.MoveStanding(ONE, List.of(1, 2), List.of(2), List.of(1),
                true, "w")),
            List.of(new ClusterAnswer.PlannedMove(ONE, List.of(1), List.of(2), "w"))),
            "1400" + "010204" + "01" + "0201720173" + "01" + "d804060402" + "01" + "017408"
                + "020204" + "0104" + "0102" + "01" + "0177" + "01" + "017408" + "0102" + "0104"
                + "0177");
        golden.put(new ClusterAnswer.NodeAdmitted(300), "2900d804");
        golden.put(new ClusterAnswer.QuorumChanged(), "280001");
        golden.put(new ClusterAnswer.QuorumSeen(new Quorum(1, 2, 300,
            List.of(new Quorum.Member(1, ID, "h", 9093, 300, 0, -1)), List.of())),
            "2800000204d80401020102030405060708090a0b0c0d0e0f1001688a8e01d804000100");
        golden.put(new ClusterAnswer.LeadersElected(
            List.of(new ClusterAnswer.ElectedPartition(ONE, none, ""))), "0900010174080000");
        golden.put(new ClusterAnswer.Reassigned(
            List.of(new ClusterAnswer.ReassignedPartition(ONE, none, ""))), "0a00010174080000");
        golden.put(new ClusterAnswer.FeaturesUpdated(none, "",
            List.of(new ClusterAnswer.UpdatedFeature("f", none, ""))), "0b0000000101660000");
        return golden;
    }

    @Test void every_request_and_every_answer_has_its_bytes() {
        assertThat(kinds(requests().keySet())).isEqualTo(records(ClusterRequest.class));
        assertThat(kinds(answers().keySet())).isEqualTo(records(ClusterAnswer.class));
    }

    @Test void messages_are_written_as_they_always_were() {
        requests().forEach((request, hex) -> assertThat(hex(ClusterMessages.encode(request)))
            .as(request.toString()).isEqualTo(hex));
        answers().forEach((answer, hex) -> assertThat(hex(ClusterMessages.encode(answer)))
            .as(answer.toString()).isEqualTo(hex));
    }

    @Test void messages_are_read_as_they_always_were() throws Undecodable {
        for (var entry : requests().entrySet())
            assertThat(ClusterMessages.decodeRequest(bytes(entry.getValue())))
                .isEqualTo(entry.getKey());
        for (var entry : answers().entrySet())
            assertThat(ClusterMessages.decodeAnswer(bytes(entry.getValue())))
                .isEqualTo(entry.getKey());
    }

    @Test void what_a_newer_version_wrote_is_refused() {
        for (var hex : List.of("6300", "0163", "", "0800026400d00f")) {
            assertThatThrownBy(() -> ClusterMessages.decodeRequest(bytes(hex)))
                .isInstanceOf(Undecodable.class);
            assertThatThrownBy(() -> ClusterMessages.decodeAnswer(bytes(hex)))
                .isInstanceOf(Undecodable.class);
        }
    }

    @Test void an_error_of_a_newer_version_is_an_unknown_one() throws Undecodable {
        assertThat(ClusterMessages.decodeAnswer(bytes("0100" + "d00f" + "00")))
            .isEqualTo(new ClusterAnswer.Failed(ErrorCode.UNKNOWN_SERVER_ERROR, ""));
    }

    @Test void every_cut_of_a_message_is_refused() {
        for (var hex : requests().values()) {
            for (int size = 0; size < hex.length(); size += 2) {
                var cut = bytes(hex.substring(0, size));
                assertThatThrownBy(() -> ClusterMessages.decodeRequest(cut))
                    .isInstanceOf(Undecodable.class);
            }
        }
    }

    @Test void damaged_bytes_are_read_or_refused_but_nothing_else_happens() {
        var chance = new SplittableRandom(1);
        var all = List.copyOf(requests().values());
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = HexFormat.of().parseHex(all.get(chance.nextInt(all.size())));
            damaged[chance.nextInt(damaged.length)] = (byte) chance.nextInt();
            try {
                ClusterMessages.decodeRequest(ByteBuffer.wrap(damaged));
            } catch (Undecodable expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    private static Set<String> kinds(Set<?> messages) {
        var names = new TreeSet<String>();
        messages.forEach(message -> names.add(message.getClass().getSimpleName()));
        return names;
    }

    private static Set<String> records(Class<?> sealed) {
        var names = new TreeSet<String>();
        var left = new LinkedHashSet<Class<?>>(List.of(sealed));
        while (!left.isEmpty()) {
            var next = left.removeFirst();
            if (next.isRecord()) names.add(next.getSimpleName());
            if (next.isSealed()) left.addAll(Arrays.asList(next.getPermittedSubclasses()));
        }
        return names;
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }
}

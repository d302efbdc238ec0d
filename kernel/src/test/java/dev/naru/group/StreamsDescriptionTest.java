package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.shard.FactCodec.Decoded;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.KeyValue;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.TaskOffset;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescription;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionGlobalStore;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionSubtopology;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateResponse;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Descriptions of topologies (KIP-1331), and what else members say of themselves.
final class StreamsDescriptionTest {
    private static final byte NOT_STORED = 1;
    private static final byte AVAILABLE = 3;

    private final StreamsYard streams = new StreamsYard();
    private final Yard yard = streams.yard;

    static TopologyDescriptionNode node(String name, int type) {
        return TopologyDescriptionNode.builder().name(name).nodeType((byte) type)
            .sourceTopics(List.of("in")).sinkTopic("out").stores(List.of("table"))
            .successors(List.of("next")).build();
    }

    static StreamsGroupTopologyDescriptionUpdateRequest.Builder describing(String memberId,
        int epoch, TopologyDescriptionNode... nodes) {
        return StreamsGroupTopologyDescriptionUpdateRequest.builder().groupId(Yard.GROUP)
            .memberId(memberId).topologyEpoch(epoch)
            .topologyDescription(TopologyDescription.builder().subtopologies(List.of(
                TopologyDescriptionSubtopology.builder().subtopologyId("0").nodes(List.of(nodes))
                    .build()))
                .build());
    }

    private ErrorCode describe(StreamsGroupTopologyDescriptionUpdateRequest.Builder message) {
        var heard = yard.<StreamsGroupTopologyDescriptionUpdateResponse>heard();
        yard.host.submit(new GroupRequest.DescribeTopology(message.build(), heard));
        return ErrorCode.of(heard.answer().errorCode());
    }

    private static boolean isAsked(StreamsYard.Worker thread) {
        return thread.last.response().topologyDescriptionRequired();
    }

    @Test void one_member_is_asked_and_what_it_sends_is_shown() {
        yard.topics.add("log", 3);
        var a = streams.join("a", "p");
        var b = streams.join("b", "p");
        assertTrue(isAsked(a));
        assertFalse(isAsked(b), "one is enough");
        assertEquals(NOT_STORED, streams.describe().topologyDescriptionStatus());
        assertNull(streams.describe().topologyDescription());

        assertEquals(ErrorCode.NONE,
            describe(describing("a", 1, node("s", 1), node("p", 2), node("k", 3))));
        var shown = streams.describe();
        assertEquals(AVAILABLE, shown.topologyDescriptionStatus());
        var description = shown.topologyDescription();
        if (description == null) throw new AssertionError("not shown");
        var nodes = description.subtopologies().getFirst().nodes();
        assertEquals(List.of("in"), nodes.get(0).sourceTopics());
        assertEquals(List.of("table"), nodes.get(1).stores());
        assertEquals("out", nodes.get(2).sinkTopic());
        assertNull(nodes.get(0).sinkTopic(), "a source has none");
        assertEquals(List.of("next"), nodes.get(1).successors());
        yard.loop.passMs(40_000);
        a.beat();
        assertFalse(isAsked(a), "it is known");
    }

    @Test void it_is_kept_through_a_restart_and_goes_with_the_group() {
        yard.topics.add("log", 3);
        var a = streams.join("a", "p");
        describe(describing("a", 1, node("s", 1)));
        yard.reload();
        assertEquals(AVAILABLE, streams.describe().topologyDescriptionStatus());
        a.beat();
        assertFalse(isAsked(a));
        streams.send(a.beating().memberEpoch(-1).build());
        assertEquals(ErrorCode.NONE, yard.delete(Yard.GROUP));
        assertFalse(yard.shard().picture().containsKey(Yard.GROUP));
    }

    @Test void who_does_not_send_it_is_asked_again_later_and_later() {
        yard.topics.add("log", 3);
        var a = streams.join("a", "p");
        assertTrue(isAsked(a));
        for (int waitS : List.of(30, 60, 120)) {
            beatFor(a, waitS - 1);
            assertFalse(isAsked(a));
            beatFor(a, 2);
            assertTrue(isAsked(a), "after " + waitS + " s");
        }
    }

    private void beatFor(StreamsYard.Worker thread, int seconds) {
        for (int second = 0; second < seconds; second++) {
            yard.loop.passMs(1_000);
            thread.beat();
            if (isAsked(thread)) return;
        }
    }

    @Test void members_that_cannot_be_asked_are_not() {
        yard.topics.add("log", 3);
        var heard = yard.<StreamsAnswer>heard();
        yard.host.submit(new GroupRequest.StreamsHeartbeat(
            StreamsYard.joining("a", "p").build(), (short) 0, "app", "/10.0.0.1", heard));
        assertFalse(heard.answer().response().topologyDescriptionRequired(), "version 0");
        var b = streams.join(
            StreamsYard.joining("b", "p").topology(StreamsYard.topology(2)).build());
        assertTrue(isAsked(b));
        var stale = streams.join("c", "p");
        assertEquals(List.of((byte) 0), stale.status);
        assertFalse(isAsked(stale), "its topology is not the group's");
    }

    @Test void a_newer_topology_needs_a_new_description() {
        yard.topics.add("log", 3);
        streams.join("a", "p");
        describe(describing("a", 1, node("s", 1)));
        var b = streams.join(
            StreamsYard.joining("b", "p").topology(StreamsYard.topology(2)).build());
        assertTrue(isAsked(b));
        assertEquals(NOT_STORED, streams.describe().topologyDescriptionStatus());
        assertEquals(ErrorCode.INVALID_REQUEST, describe(describing("a", 1, node("s", 1))));
        assertEquals(ErrorCode.NONE, describe(describing("b", 2, node("s", 1))));
        assertEquals(AVAILABLE, streams.describe().topologyDescriptionStatus());
    }

    @Test void malformed_descriptions_and_those_of_strangers_are_refused() {
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND, describe(describing("a", 1, node("s", 1))));
        streams.join("a", "p");
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, describe(describing("z", 1, node("s", 1))));
        assertEquals(ErrorCode.INVALID_REQUEST, describe(describing("", 1, node("s", 1))));
        assertEquals(ErrorCode.INVALID_REQUEST,
            describe(describing("a", 1, node("s", 1)).groupId("")));
        assertEquals(ErrorCode.INVALID_REQUEST, describe(describing("a", 1, node("s", 4))));
        var store = TopologyDescriptionGlobalStore.builder().source(node("p", 2))
            .processor(node("p", 2)).build();
        assertEquals(ErrorCode.INVALID_REQUEST,
            describe(describing("a", 1).topologyDescription(TopologyDescription.builder()
                .globalStores(List.of(store)).build())));
    }

    @Test void a_description_up_to_the_limit_is_kept_and_one_beyond_is_not_asked_for_again() {
        yard.topics.add("log", 3);
        var a = streams.join("a", "p");
        int room = Limits.TOPOLOGY_DESCRIPTION_BYTES_MAX
            - large("").build().toBuffer((short) 0, (short) 0).remaining();
        var name = "x".repeat(room - 1); // the length of a long name takes two bytes
        assertEquals(ErrorCode.STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED,
            describe(large(name + "x")));
        beatFor(a, 40);
        assertFalse(isAsked(a));
        assertEquals(ErrorCode.NONE, describe(large(name)));
    }

    private static StreamsGroupTopologyDescriptionUpdateRequest.Builder large(String lastName) {
        var nodes = new TopologyDescriptionNode[65];
        for (int index = 0; index < 64; index++)
            nodes[index] = TopologyDescriptionNode.builder().name("n".repeat(8_000))
                .nodeType((byte) 1).build();
        nodes[64] = TopologyDescriptionNode.builder().name(lastName).nodeType((byte) 1).build();
        return describing("a", 1, nodes);
    }

    @Test void its_record_is_the_request_under_a_key_of_our_own() {
        var fact = new StreamsFact.Described("g", describing("", 3,
            TopologyDescriptionNode.builder().name("s").nodeType((byte) 1)
                .sourceTopics(List.of("in")).successors(List.of("p")).build())
            .build());
        var hex = HexFormat.of();
        var bytes = new GroupCodec().encode(fact);
        var value = bytes.value();
        if (value == null) throw new AssertionError("no value");
        assertEquals("4e01000167", hex.formatHex(bytes.key().array(), 0, 5));
        var text = new byte[value.remaining()];
        value.duplicate().get(text);
        assertEquals("0000026701000000030202300202730102" + "03696e000102027000000100" + "00",
            hex.formatHex(text));
        assertEquals(new Decoded.Known<>(fact), new GroupCodec().decode(bytes));
    }

    @Test void how_far_members_are_with_their_tasks_is_shown() {
        yard.topics.add("log", 3);
        var a = streams.join("a", "p");
        streams.send(a.beating()
            .taskOffsets(List.of(TaskOffset.builder().subtopologyId("0").partition(1).offset(7)
                .build()))
            .taskEndOffsets(List.of(TaskOffset.builder().subtopologyId("0").partition(1)
                .offset(9).build()))
            .build());
        a.beat();
        var member = streams.describe().members().getFirst();
        assertEquals(7, member.taskOffsets().getFirst().offset());
        assertEquals(9, member.taskEndOffsets().getFirst().offset());
    }

    @Test void members_without_the_tags_that_are_asked_for_are_told() {
        var test = new StreamsYard(Map.of("streams.rack.aware.assignment.tags", "zone,row",
            "streams.assignment.interval.ms", "0", "streams.initial.rebalance.delay.ms", "0"));
        test.yard.topics.add("log", 3);
        var tagged = List.of(KeyValue.builder().key("zone").value("z").build(),
            KeyValue.builder().key("row").value("r").build());
        var a = test.join(StreamsYard.joining("a", "p").clientTags(tagged).build());
        assertEquals(List.of(), a.status);
        var b = test.join(StreamsYard.joining("b", "q").clientTags(tagged.subList(0, 1)).build());
        assertEquals(List.of((byte) 6), b.status);
    }
}

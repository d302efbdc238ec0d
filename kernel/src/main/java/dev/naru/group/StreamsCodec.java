package dev.naru.group;

import dev.naru.shard.KeyValue;
import dev.naru.wire.Malformed;
import dev.naru.wire.Message;
import dev.naru.wire.Reader;
import dev.naru.wire.message.StreamsGroupCurrentMemberAssignmentKey;
import dev.naru.wire.message.StreamsGroupCurrentMemberAssignmentValue;
import dev.naru.wire.message.StreamsGroupMemberMetadataKey;
import dev.naru.wire.message.StreamsGroupMemberMetadataValue;
import dev.naru.wire.message.StreamsGroupMetadataKey;
import dev.naru.wire.message.StreamsGroupMetadataValue;
import dev.naru.wire.message.StreamsGroupTargetAssignmentMemberKey;
import dev.naru.wire.message.StreamsGroupTargetAssignmentMemberValue;
import dev.naru.wire.message.StreamsGroupTargetAssignmentMetadataKey;
import dev.naru.wire.message.StreamsGroupTargetAssignmentMetadataValue;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest;
import dev.naru.wire.message.StreamsGroupTopologyKey;
import dev.naru.wire.message.StreamsGroupTopologyValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Streams groups as records: several for each member.
final class StreamsCodec {
    static final short GROUP = 17;
    static final short MEMBER = 19;
    static final short TARGETED = 20;
    static final short TARGET = 21;
    static final short CURRENT = 22;
    static final short TOPOLOGY = 23;
    /// Naru's own, far from Kafka's: a Kafka that reads the log ignores it.
    static final short DESCRIPTION = 0x4E01;
    private static final short V0 = 0;

    private StreamsCodec() {}

    static boolean knows(short type) {
        return type == GROUP || (type >= MEMBER && type <= TOPOLOGY)
            || type == DESCRIPTION;
    }

    static KeyValue encode(StreamsFact fact) {
        return switch (fact) {
            case StreamsFact.EpochRaised raised -> new KeyValue(groupKey(raised.group()),
                bytes(StreamsGroupMetadataValue.builder().epoch(raised.groupEpoch())
                    .metadataHash(raised.metadataHash())
                    .validatedTopologyEpoch(raised.validatedTopologyEpoch()).build()));
            case StreamsFact.MemberStored stored -> new KeyValue(
                memberKey(stored.group(), stored.said().memberId()), bytes(value(stored.said())));
            case StreamsFact.Targeted targeted -> new KeyValue(targetedKey(targeted.group()),
                bytes(StreamsGroupTargetAssignmentMetadataValue.builder()
                    .assignmentEpoch(targeted.targetEpoch())
                    .assignmentTimestamp(targeted.atMs()).build()));
            case StreamsFact.TargetStored stored -> new KeyValue(
                targetKey(stored.group(), stored.memberId()), bytes(value(stored.target())));
            case StreamsFact.CurrentStored stored -> new KeyValue(
                currentKey(stored.group(), stored.memberId()), bytes(value(stored.current())));
            case StreamsFact.TopologyStored stored -> new KeyValue(topologyKey(stored.group()),
                bytes(stored.topology()));
            case StreamsFact.Described described -> new KeyValue(
                descriptionKey(described.group()), bytes(described.description()));
            case StreamsFact.Removal removal -> new KeyValue(key(removal), null);
            case StreamsFact.Live _ -> throw GroupCodec.notLogged();
        };
    }

    private static ByteBuffer bytes(Message value) {
        return value.toBuffer(V0, V0);
    }

    private static ByteBuffer key(StreamsFact.Removal removal) {
        return switch (removal) {
            case StreamsFact.GroupRemoved(String group) -> groupKey(group);
            case StreamsFact.MemberRemoved(String group, String memberId) ->
                memberKey(group, memberId);
            case StreamsFact.TargetsRemoved(String group) -> targetedKey(group);
            case StreamsFact.TargetRemoved(String group, String memberId) ->
                targetKey(group, memberId);
            case StreamsFact.CurrentRemoved(String group, String memberId) ->
                currentKey(group, memberId);
            case StreamsFact.TopologyRemoved(String group) -> topologyKey(group);
            case StreamsFact.DescriptionRemoved(String group) -> descriptionKey(group);
        };
    }

    private static ByteBuffer groupKey(String group) {
        return StreamsGroupMetadataKey.builder().groupId(group).build().toBuffer(GROUP, V0);
    }

    private static ByteBuffer memberKey(String group, String memberId) {
        return StreamsGroupMemberMetadataKey.builder().groupId(group).memberId(memberId).build()
            .toBuffer(MEMBER, V0);
    }

    private static ByteBuffer targetedKey(String group) {
        return StreamsGroupTargetAssignmentMetadataKey.builder().groupId(group).build()
            .toBuffer(TARGETED, V0);
    }

    private static ByteBuffer targetKey(String group, String memberId) {
        return StreamsGroupTargetAssignmentMemberKey.builder().groupId(group).memberId(memberId)
            .build().toBuffer(TARGET, V0);
    }

    private static ByteBuffer currentKey(String group, String memberId) {
        return StreamsGroupCurrentMemberAssignmentKey.builder().groupId(group).memberId(memberId)
            .build().toBuffer(CURRENT, V0);
    }

    private static ByteBuffer topologyKey(String group) {
        return StreamsGroupTopologyKey.builder().groupId(group).build().toBuffer(TOPOLOGY, V0);
    }

    private static ByteBuffer descriptionKey(String group) {
        return StreamsGroupTopologyKey.builder().groupId(group).build().toBuffer(DESCRIPTION, V0);
    }

    private static Message value(StreamsMember.Said said) {
        return StreamsGroupMemberMetadataValue.builder().instanceId(said.instanceId())
            .rackId(said.rackId()).clientId(said.clientId()).clientHost(said.clientHost())
            .rebalanceTimeoutMs(said.rebalanceTimeoutMs()).topologyEpoch(said.topologyEpoch())
            .processId(said.processId()).userEndpoint(said.endpoint()).clientTags(said.tags())
            .build();
    }

    private static Message value(Tasks target) {
        return StreamsGroupTargetAssignmentMemberValue.builder()
            .activeTasks(targetIds(target, Tasks.Role.ACTIVE))
            .standbyTasks(targetIds(target, Tasks.Role.STANDBY))
            .warmupTasks(targetIds(target, Tasks.Role.WARMUP)).build();
    }

    private static List<StreamsGroupTargetAssignmentMemberValue.TaskIds> targetIds(Tasks tasks,
        Tasks.Role role) {
        var ids = new ArrayList<StreamsGroupTargetAssignmentMemberValue.TaskIds>();
        tasks.in(role).forEach((subtopology, partitions) -> ids
            .add(StreamsGroupTargetAssignmentMemberValue.TaskIds.builder()
                .subtopologyId(subtopology).partitions(new ArrayList<>(partitions)).build()));
        return ids;
    }

    private static Message value(StreamsMember.Current current) {
        return StreamsGroupCurrentMemberAssignmentValue.builder().memberEpoch(current.epoch())
            .previousMemberEpoch(current.previousEpoch()).state(current.state().id())
            .activeTasks(currentIds(current.assigned(), Tasks.Role.ACTIVE))
            .standbyTasks(currentIds(current.assigned(), Tasks.Role.STANDBY))
            .warmupTasks(currentIds(current.assigned(), Tasks.Role.WARMUP))
            .activeTasksPendingRevocation(currentIds(current.pending(), Tasks.Role.ACTIVE))
            .standbyTasksPendingRevocation(currentIds(current.pending(), Tasks.Role.STANDBY))
            .warmupTasksPendingRevocation(currentIds(current.pending(), Tasks.Role.WARMUP))
            .build();
    }

    private static List<StreamsGroupCurrentMemberAssignmentValue.TaskIds> currentIds(Tasks tasks,
        Tasks.Role role) {
        var ids = new ArrayList<StreamsGroupCurrentMemberAssignmentValue.TaskIds>();
        tasks.in(role).forEach((subtopology, partitions) -> {
            var epochs = new ArrayList<Integer>();
            partitions.forEach(
                partition -> epochs.add(tasks.epochOf(new TaskId(subtopology, partition))));
            ids.add(StreamsGroupCurrentMemberAssignmentValue.TaskIds.builder()
                .subtopologyId(subtopology).partitions(new ArrayList<>(partitions))
                .assignmentEpochs(role == Tasks.Role.ACTIVE ? epochs : null).build());
        });
        return ids;
    }

    static GroupFact decode(short type, Reader in, @Nullable ByteBuffer value) throws Malformed {
        return switch (type) {
            case GROUP -> group(in, value);
            case MEMBER -> member(in, value);
            case TARGETED -> targeted(in, value);
            case TARGET -> target(in, value);
            case CURRENT -> current(in, value);
            case DESCRIPTION -> description(in, value);
            default -> topology(in, value);
        };
    }

    private static GroupFact group(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var group = StreamsGroupMetadataKey.read(in, V0).groupId();
        if (value == null) return new StreamsFact.GroupRemoved(group);
        var read = StreamsGroupMetadataValue.read(GroupCodec.fields(value), V0);
        return new StreamsFact.EpochRaised(group, read.epoch(), read.metadataHash(),
            read.validatedTopologyEpoch());
    }

    private static GroupFact member(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = StreamsGroupMemberMetadataKey.read(in, V0);
        if (value == null) return new StreamsFact.MemberRemoved(key.groupId(), key.memberId());
        var read = StreamsGroupMemberMetadataValue.read(GroupCodec.fields(value), V0);
        return new StreamsFact.MemberStored(key.groupId(),
            new StreamsMember.Said(key.memberId(), read.instanceId(), read.rackId(),
                read.clientId(), read.clientHost(), read.rebalanceTimeoutMs(),
                read.topologyEpoch(), read.processId(), read.userEndpoint(), read.clientTags()));
    }

    private static GroupFact targeted(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var group = StreamsGroupTargetAssignmentMetadataKey.read(in, V0).groupId();
        if (value == null) return new StreamsFact.TargetsRemoved(group);
        var read = StreamsGroupTargetAssignmentMetadataValue.read(GroupCodec.fields(value), V0);
        return new StreamsFact.Targeted(group, read.assignmentEpoch(), read.assignmentTimestamp());
    }

    private static GroupFact target(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = StreamsGroupTargetAssignmentMemberKey.read(in, V0);
        if (value == null) return new StreamsFact.TargetRemoved(key.groupId(), key.memberId());
        var read = StreamsGroupTargetAssignmentMemberValue.read(GroupCodec.fields(value), V0);
        var tasks = new TreeMap<TaskId, Tasks.Grant>();
        addTargets(tasks, read.warmupTasks(), Tasks.Role.WARMUP);
        addTargets(tasks, read.standbyTasks(), Tasks.Role.STANDBY);
        addTargets(tasks, read.activeTasks(), Tasks.Role.ACTIVE);
        return new StreamsFact.TargetStored(key.groupId(), key.memberId(), Tasks.of(tasks));
    }

    private static void addTargets(SortedMap<TaskId, Tasks.Grant> into,
        List<StreamsGroupTargetAssignmentMemberValue.TaskIds> ids, Tasks.Role role) {
        for (var each : ids) {
            each.partitions().forEach(partition -> into
                .put(new TaskId(each.subtopologyId(), partition), new Tasks.Grant(role, 0)));
        }
    }

    private static GroupFact current(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = StreamsGroupCurrentMemberAssignmentKey.read(in, V0);
        if (value == null) return new StreamsFact.CurrentRemoved(key.groupId(), key.memberId());
        var read = StreamsGroupCurrentMemberAssignmentValue.read(GroupCodec.fields(value), V0);
        int epoch = read.memberEpoch();
        var assigned = new TreeMap<TaskId, Tasks.Grant>();
        addCurrents(assigned, read.warmupTasks(), Tasks.Role.WARMUP, epoch);
        addCurrents(assigned, read.standbyTasks(), Tasks.Role.STANDBY, epoch);
        addCurrents(assigned, read.activeTasks(), Tasks.Role.ACTIVE, epoch);
        var pending = new TreeMap<TaskId, Tasks.Grant>();
        addCurrents(pending, read.warmupTasksPendingRevocation(), Tasks.Role.WARMUP, epoch);
        addCurrents(pending, read.standbyTasksPendingRevocation(), Tasks.Role.STANDBY, epoch);
        addCurrents(pending, read.activeTasksPendingRevocation(), Tasks.Role.ACTIVE, epoch);
        return new StreamsFact.CurrentStored(key.groupId(), key.memberId(),
            new StreamsMember.Current(epoch, read.previousMemberEpoch(),
                StreamsMember.State.of(read.state()), Tasks.of(assigned), Tasks.of(pending)));
    }

    /// Records of before Kafka 4.4 do not say in which epoch a task was given.
    private static void addCurrents(SortedMap<TaskId, Tasks.Grant> into,
        List<StreamsGroupCurrentMemberAssignmentValue.TaskIds> ids, Tasks.Role role,
        int memberEpoch) {
        for (var each : ids) {
            var epochs = each.assignmentEpochs();
            for (int index = 0; index < each.partitions().size(); index++) {
                int epoch = epochs != null && index < epochs.size()
                    ? epochs.get(index)
                    : memberEpoch;
                into.put(new TaskId(each.subtopologyId(), each.partitions().get(index)),
                    new Tasks.Grant(role, role == Tasks.Role.ACTIVE ? epoch : 0));
            }
        }
    }

    private static GroupFact topology(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var group = StreamsGroupTopologyKey.read(in, V0).groupId();
        if (value == null) return new StreamsFact.TopologyRemoved(group);
        return new StreamsFact.TopologyStored(group,
            StreamsGroupTopologyValue.read(GroupCodec.fields(value), V0));
    }

    private static GroupFact description(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var group = StreamsGroupTopologyKey.read(in, V0).groupId();
        if (value == null) return new StreamsFact.DescriptionRemoved(group);
        return new StreamsFact.Described(group,
            StreamsGroupTopologyDescriptionUpdateRequest.read(GroupCodec.fields(value), V0));
    }
}

package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.ClusterView;
import dev.naru.client.Consumer;
import dev.naru.client.ConsumerSettings;
import dev.naru.client.FetchedRecord;
import dev.naru.client.Reply;
import dev.naru.client.Slot;
import dev.naru.sim.history.Outcome;
import dev.naru.sim.history.Seen;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.CreateTopicsRequest;
import dev.naru.wire.message.CreateTopicsResponse;
import dev.naru.wire.message.DeleteRecordsRequest;
import dev.naru.wire.message.DeleteRecordsResponse;
import dev.naru.wire.message.DeleteTopicsRequest;
import dev.naru.wire.message.DeleteTopicsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// An administrator: creates the topics of the workload, then deletes records of one of them, and
/// creates and deletes topics that nobody else uses.
final class AdminRole {
    private static final int CHURNING = 3;
    private static final int TIMEOUT_MS = 1_000;

    private final Site site;
    private final List<TopicPlan> plans;
    private final List<Slot> shortened;
    private final short replicas;
    private final ClusterView view;
    private final Consumer asking;
    private final TreeSet<String> missing = new TreeSet<>();
    private final Map<String, String> churnIds = new TreeMap<>();
    private boolean isCalm;

    /// Records of `shortened` partitions are deleted; -1 `replicas` leaves the number to the cluster.
    AdminRole(Site site, List<TopicPlan> plans, List<Slot> shortened, int replicas) {
        this.site = site;
        this.plans = plans;
        this.shortened = shortened;
        this.replicas = (short) replicas;
        this.view = site.view();
        this.asking = new Consumer(view, new ConsumerSettings(false, 0, 1, 1, 1, false),
            new Consumer.Listener() {
                @Override public void onRecord(FetchedRecord each) {}

                @Override public void onOutOfRange(Slot slot, long position) {}
            });
        for (var plan : plans)
            missing.add(plan.name());
    }

    void start() {
        site.now(this::createMissing);
    }

    boolean isReady() {
        return missing.isEmpty();
    }

    void calm() {
        isCalm = true;
    }

    /// Topics that were created and not deleted, as far as is certain.
    void close() {
        asking.close();
        view.close();
        site.over();
    }

    private void createMissing() {
        if (missing.isEmpty()) {
            turn();
            return;
        }
        var wanted = new ArrayList<TopicPlan>();
        for (var plan : plans)
            if (missing.contains(plan.name())) wanted.add(plan);
        create(wanted, answer -> {
            for (var each : answer.topics()) {
                var code = ErrorCode.of(each.errorCode());
                switch (code) {
                    case NONE, TOPIC_ALREADY_EXISTS -> missing.remove(each.name());
                    case INVALID_CONFIG, INVALID_REQUEST, INVALID_PARTITIONS ->
                        site.violation("topic " + each.name() + ": " + each.errorMessage());
                    default -> {
                    }
                }
            }
        }, () -> site.within(200, this::createMissing));
    }

    private interface Created {
        void created(CreateTopicsResponse answer);
    }

    private void create(List<TopicPlan> wanted, Created created, Runnable then) {
        var topics = new ArrayList<CreateTopicsRequest.CreatableTopic>();
        for (var plan : wanted) {
            var configs = new ArrayList<CreateTopicsRequest.CreatableTopicConfig>();
            for (var each : plan.configs().entrySet()) {
                configs.add(CreateTopicsRequest.CreatableTopicConfig.builder()
                    .name(each.getKey())
                    .value(each.getValue())
                    .build());
            }
            topics.add(CreateTopicsRequest.CreatableTopic.builder()
                .name(plan.name())
                .numPartitions(plan.partitions())
                .replicationFactor(replicas)
                .configs(configs)
                .build());
        }
        var request = CreateTopicsRequest.builder().topics(topics).timeoutMs(TIMEOUT_MS).build();
        view.any().request(ApiKey.CREATE_TOPICS, _ -> request, reply -> {
            if (reply instanceof Reply.Answer answer) {
                created.created((CreateTopicsResponse) answer.body());
            }
            then.run();
        });
    }

    private void turn() {
        if (isCalm) return;
        switch (site.chance().below(4)) {
            case 0 -> deleteRecords();
            case 1 -> churn();
            default -> {
            }
        }
        site.within(700, this::turn);
    }

    private void deleteRecords() {
        if (shortened.isEmpty()) return;
        var slot = shortened.get(site.chance().below(shortened.size()));
        asking.listOffset(slot, Consumer.LATEST, (code, end, _) -> {
            if (code != ErrorCode.NONE || isCalm) return;
            long before = site.chance().oneIn(4) ? -1 : site.chance().below((int) end + 1);
            deleteRecords(slot, before);
        });
    }

    private void deleteRecords(Slot slot, long before) {
        long startNs = site.nowNs();
        var request = DeleteRecordsRequest.builder()
            .topics(List.of(DeleteRecordsRequest.DeleteRecordsTopic.builder()
                .name(slot.topic())
                .partitions(List.of(DeleteRecordsRequest.DeleteRecordsPartition.builder()
                    .partitionIndex(slot.partition())
                    .offset(before)
                    .build()))
                .build()))
            .timeoutMs(TIMEOUT_MS)
            .build();
        view.any().request(ApiKey.DELETE_RECORDS, _ -> request, reply -> {
            var outcome = Outcome.UNKNOWN;
            long lowWatermark = -1;
            if (reply instanceof Reply.Answer answer
                && answer.body() instanceof DeleteRecordsResponse body) {
                var each = body.topics().getFirst().partitions().getFirst();
                lowWatermark = each.lowWatermark();
                if (each.errorCode() == 0) outcome = Outcome.OK;
            }
            site.world().trace().count("admin: delete records " + outcome);
            site.history().saw(new Seen.Deleted(slot, before, outcome, lowWatermark, startNs,
                site.nowNs()));
        });
    }

    private void churn() {
        var name = "churn-" + site.chance().below(CHURNING);
        if (churnIds.containsKey(name) && site.chance().oneIn(2)) {
            delete(name);
            return;
        }
        create(List.of(new TopicPlan(name, 2, Map.of())), answer -> {
            var each = answer.topics().getFirst();
            if (each.errorCode() != 0) return;
            site.world().trace().count("admin: topics created");
            if (each.topicId().isZero()) return;
            churnIds.put(name, each.topicId().toString());
            site.history().saw(new Seen.TopicChange(name, each.topicId().toString(), true,
                site.nowNs()));
            view.want(List.of(name));
        }, () -> {
        });
    }

    private void delete(String name) {
        var id = churnIds.remove(name);
        var request = DeleteTopicsRequest.builder()
            .topicNames(List.of(name))
            .topics(List.of(DeleteTopicsRequest.DeleteTopicState.builder().name(name).build()))
            .timeoutMs(TIMEOUT_MS)
            .build();
        view.any().request(ApiKey.DELETE_TOPICS, _ -> request, reply -> {
            if (!(reply instanceof Reply.Answer answer) || id == null) return;
            var body = (DeleteTopicsResponse) answer.body();
            if (body.responses().getFirst().errorCode() != 0) return;
            site.world().trace().count("admin: topics deleted");
            site.history().saw(new Seen.TopicChange(name, id, false, site.nowNs()));
        });
    }
}

package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// What settings exist and which values they take: the port through which the deciders ask.
public interface ConfigRules {
    /// Why `resource` may not have `value` for `setting`; empty when it may. Also refuses settings
    /// that there are not and those that cannot be changed at run time.
    Optional<Refusal> refusal(ConfigResource resource, String setting, String value);

    /// Why `resource` may not have all of `settings` together, each of which it may have.
    Optional<Refusal> refusal(ClusterImage image, ConfigResource resource,
        SortedMap<String, String> settings);

    /// True when the setting is a list, to which values can be appended.
    boolean isList(ConfigResource.Type type, String setting);

    /// The list in force when the resource has none of its own.
    List<String> inherited(ClusterImage image, ConfigResource resource, String setting);

    /// What holds for the replicas of a topic, by its own settings or those it inherits.
    ReplicaRules replicas(ClusterImage image, String topic);

    /// Whether and when the cluster moves replicas by itself.
    BalanceRules balance(ClusterImage image);

    /// How many replicas a topic shall have as far as there are nodes, 0 when nobody but its creator
    /// says.
    int wantedReplicas(ClusterImage image, TopicImage topic);

    /// How many a new topic gets, as far as there are nodes, when its creator does not say.
    int replicasByDefault(ClusterImage image);

    /// Why not, for the client.
    record Refusal(ErrorCode why, String message) {}
}

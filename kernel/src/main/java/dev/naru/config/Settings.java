package dev.naru.config;

import dev.naru.base.Invariant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The settings of one broker: what it was started with, and what was altered since for the whole
/// cluster or for this broker. Immutable; an alteration makes new settings.
public final class Settings implements TypedSettings {
    private final Map<String, String> fixed;
    private final Map<String, String> clusterWide;
    private final Map<String, String> thisBroker;
    private final Map<String, Object> given;

    private Settings(Map<String, String> fixed, Map<String, String> clusterWide,
        Map<String, String> thisBroker,
        Map<String, Object> given) {
        this.fixed = fixed;
        this.clusterWide = clusterWide;
        this.thisBroker = thisBroker;
        this.given = given;
    }

    /// What came of reading the settings of a broker.
    public sealed interface Outcome {
        /// They are right. The notices are lines for the operator: what is ignored, what is
        /// dangerous.
        record Accepted(Settings settings, List<String> notices) implements Outcome {}

        /// They are not; the node must not start. Every problem is a whole sentence.
        record Rejected(List<String> problems) implements Outcome {}
    }

    /// Reads and checks what was given for a broker.
    public static Outcome of(Map<String, String> given) {
        return new SettingsCheck().check(given);
    }

    /// Nothing given: what a broker has when nobody says anything.
    public static Settings defaults() {
        return layered(Map.of(), Map.of(), Map.of());
    }

    /// These settings with other alterations: those of the cluster, and above them those of this
    /// broker. Names and values that mean nothing here (an older broker may have stored them) have
    /// no effect.
    public Settings withDynamic(Map<String, String> cluster, Map<String, String> broker) {
        return layered(fixed, cluster, broker);
    }

    /// Why these settings cannot be altered like that, each as a whole sentence: relations that
    /// would no longer hold. Single names and values are [BrokerDefinitions#alterationProblem]'s.
    public List<String> problemsWithDynamic(Map<String, String> cluster,
        Map<String, String> broker) {
        return BrokerRelations.problems(withDynamic(cluster, broker));
    }

    /// These settings for the node that has this id.
    public Settings withNodeId(int nodeId) {
        var own = new TreeMap<>(fixed);
        own.put(BrokerNames.NODE_ID, Integer.toString(nodeId));
        return layered(own, clusterWide, thisBroker);
    }

    @Override public Optional<Object> value(String name) {
        var value = given.get(name);
        return value != null
            ? Optional.of(value)
            : Optional.ofNullable(definition(name).defaultValue());
    }

    /// Whether somebody gave it, at the start or since.
    public boolean isGiven(String name) {
        definition(name);
        return given.containsKey(name);
    }

    /// The number of this node: `node.id`, or under its older name `broker.id`.
    public int nodeId() {
        boolean isOlder = !isGiven(BrokerNames.NODE_ID) && integer(BrokerNames.BROKER_ID) >= 0;
        return integer(isOlder ? BrokerNames.BROKER_ID : BrokerNames.NODE_ID);
    }

    /// The listeners to open: all but the controller's.
    public List<Listener> listeners() {
        return Listeners.forClients(this);
    }

    /// All addresses that are named in `listeners`, the controller's among them.
    public List<Listener> allListeners() {
        return Listeners.all(this);
    }

    /// Who votes about the cluster's metadata; none for a node that is a cluster of its own.
    public List<QuorumVoter> quorumVoters() {
        var voters = new ArrayList<QuorumVoter>();
        for (var text : list(BrokerNames.CONTROLLER_QUORUM_VOTERS))
            QuorumVoter.parse(text).ifPresent(voters::add);
        return voters;
    }

    /// The name of the listener that only the nodes of the cluster use among themselves; empty
    /// where there is none, and so no other node.
    public Optional<String> peerListener() {
        return Listeners.forPeers(this);
    }

    /// Whether nodes speak TLS among themselves, at their listener and in the quorum.
    public boolean isPeerListenerSecured() {
        return Listeners.isSecuredForPeers(this);
    }

    /// Where this node listens for the quorum, of which it is or may become a member; empty for a node
    /// that stays a cluster of its own.
    public Optional<Listener> quorumListener() {
        return Listeners.forQuorum(this);
    }

    /// What clients are told: the advertised listeners, or else the listeners.
    public List<Listener> advertisedListeners() {
        return Listeners.advertised(this);
    }

    /// The data directory, as it was given.
    public String dataDirectory() {
        var directories = list(BrokerNames.LOG_DIRS);
        return directories.isEmpty()
            ? list(BrokerNames.LOG_DIR).getFirst()
            : directories.getFirst();
    }

    /// Connections allowed from single addresses, where that differs from `max.connections.per.ip`.
    public Map<String, Integer> connectionsPerHost() {
        return Listeners.connectionsPerHost(text(BrokerNames.MAX_CONNECTIONS_PER_IP_OVERRIDES));
    }

    /// All settings as DescribeConfigs shows them for one broker, sorted by name.
    public List<SettingEntry> entries() {
        var entries = new ArrayList<SettingEntry>();
        for (var definition : BrokerDefinitions.all()) {
            if (!definition.isHidden() || given.containsKey(definition.name())) {
                entries.add(entry(definition));
            }
        }
        return entries;
    }

    /// One setting as DescribeConfigs shows it; empty when there is no such setting.
    public Optional<SettingEntry> entry(String name) {
        return BrokerDefinitions.find(name).map(this::entry);
    }

    /// What was altered for the whole cluster, as DescribeConfigs shows it for the nameless broker.
    public List<SettingEntry> clusterEntries() {
        var entries = new ArrayList<SettingEntry>();
        for (var name : clusterWide.keySet()) {
            var definition = BrokerDefinitions.ALL.get(name);
            if (definition == null) continue;
            var value = shown(definition, clusterWide.get(name));
            var synonym = new SettingEntry.Synonym(name, value, Source.DYNAMIC_DEFAULT_BROKER);
            entries.add(
                new SettingEntry(definition, value, Source.DYNAMIC_DEFAULT_BROKER, List.of(synonym),
                    isReadOnly(definition)));
        }
        return entries;
    }

    private SettingEntry entry(SettingDefinition definition) {
        var synonyms = new ArrayList<>(places(definition.name()));
        if (!synonyms.isEmpty()) {
            for (var weaker : Synonyms.weaker(definition.name())) {
                synonyms.addAll(places(weaker));
            }
        }
        var source = synonyms.isEmpty() ? Source.DEFAULT : synonyms.getFirst().source();
        var value = definition.isSensitive() ? Optional.<String>empty() : find(definition.name());
        return new SettingEntry(definition, value, source, List.copyOf(synonyms),
            isReadOnly(definition));
    }

    /// All places that give a value under this name, the strongest first.
    List<SettingEntry.Synonym> places(String name) {
        var definition = definition(name);
        var places = new ArrayList<SettingEntry.Synonym>(4);
        addPlace(places, definition, thisBroker, Source.DYNAMIC_BROKER);
        addPlace(places, definition, clusterWide, Source.DYNAMIC_DEFAULT_BROKER);
        addPlace(places, definition, fixed, Source.STATIC_BROKER);
        definition.defaultText()
            .ifPresent(text -> places
                .add(new SettingEntry.Synonym(name, shown(definition, text), Source.DEFAULT)));
        return places;
    }

    private static void addPlace(List<SettingEntry.Synonym> places, SettingDefinition definition,
        Map<String, String> layer, Source source) {
        var text = layer.get(definition.name());
        if (text == null) return;
        places.add(new SettingEntry.Synonym(definition.name(), shown(definition, text), source));
    }

    private static Optional<String> shown(SettingDefinition definition, String text) {
        return definition.isSensitive() ? Optional.empty() : Optional.of(text);
    }

    private static boolean isReadOnly(SettingDefinition definition) {
        return definition.mode() == Mode.FIXED;
    }

    private static SettingDefinition definition(String name) {
        var definition = BrokerDefinitions.ALL.get(name);
        if (definition == null) {
            throw new Invariant.Broken("a setting that is read exists: " + name);
        }
        return definition;
    }

    /// Later maps stand above earlier ones.
    static Settings layered(Map<String, String> fixed, Map<String, String> cluster,
        Map<String, String> broker) {
        var given = new HashMap<String, Object>();
        var layers = List.of(sorted(fixed), sorted(cluster), sorted(broker));
        for (var layer : layers) {
            for (var entry : layer.entrySet()) {
                put(given, entry.getKey(), entry.getValue());
            }
        }
        return new Settings(layers.get(0), layers.get(1), layers.get(2), given);
    }

    private static void put(Map<String, Object> given, String name, String text) {
        var definition = BrokerDefinitions.ALL.get(name);
        if (definition == null) return;
        try {
            given.put(name, definition.parse(text));
        } catch (Type.Unfit unfit) {
            // alterations are checked before they are stored: another release stored this one
        }
    }

    private static Map<String, String> sorted(Map<String, String> layer) {
        return Collections.unmodifiableMap(new TreeMap<>(layer));
    }
}

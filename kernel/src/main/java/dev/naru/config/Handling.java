package dev.naru.config;

import java.util.Locale;

/// What Naru does with a setting that somebody gives. `why` completes the sentence "it is ignored,
/// since ..." or "it is refused: ...".
public record Handling(Kind kind, String why) {
    static final Handling HONOURED = new Handling(Kind.HONOURED, "");

    static final Handling BOUNDED_AS_A_WHOLE = ignored(
        "connections are bounded as a whole only, see max.connections");
    static final Handling BOUNDED_MEMORY = ignored(
        "memory bounds what waits, see naru.request.memory.bytes");
    static final Handling LEASED_FILES = ignored(
        "a deleted file stays readable for those already reading it");
    static final Handling LOOPS_NOT_THREADS = ignored("loops replace thread pools, see naru.loops");
    static final Handling NEWS_AT_ONCE = ignored(
        "patterns are matched again as soon as topics have changed");
    static final Handling NO_LEFTOVERS = ignored(
        "what has finished waiting is cleared away at once");
    static final Handling NO_QUORUM = ignored("the quorum keeps times of its own");
    static final Handling NO_QUOTAS = ignored("quotas are not available in this release");
    static final Handling NO_REPORTERS = ignored(
        "reporters are not loaded and samples are not configurable");
    static final Handling NO_SASL = ignored("no listener of this release authenticates clients");
    static final Handling ONLY_STICKY = ignored(
        "the sticky assignor is the only one for streams groups");
    static final Handling NO_WARM_UPS = ignored(
        "tasks of streams groups are not warmed up, as by Kafka 4.4");
    static final Handling NO_SUCH_PART = ignored("it adjusts a part that Naru does not have");
    static final Handling NO_TELEMETRY = ignored(
        "metrics of clients are not taken in this release");
    static final Handling NO_TIERS = ignored("remote tiers are not available in this release");
    static final Handling NO_TLS = ignored(
        "nodes speak TLS 1.3 among themselves as the JDK does, and clients speak none so far");
    static final Handling NO_TOKENS = ignored(
        "delegation tokens are not available in this release");
    static final Handling NOTED_TOGETHER = ignored(
        "it is noted together with the recovery points, and whenever records are deleted");
    static final Handling ONE_DIRECTORY = ignored("this release uses one data directory");
    static final Handling ONE_NODE = ignored("nodes of a cluster do without it so far");
    static final Handling OS_CHOOSES = ignored("the operating system chooses and adapts it");
    static final Handling OWN_CLEANER = ignored(
        "every loop cleans the partitions it owns, one at a time");
    static final Handling OWN_METADATA_LOG = ignored(
        "the metadata lives in the data directory and looks after itself");
    static final Handling SHARED_AT_ONCE = ignored(
        "assignments of share groups cost little and are made at once");

    static final Handling REFUSE_AUTHORIZER = refused(
        "access control is not available in this release");
    static final Handling REFUSE_CLASS = refused(
        "classes of others are not loaded in this release");
    static final Handling REFUSE_DIRECTORIES = refused("this release uses one data directory");
    static final Handling REFUSE_PROVIDERS = refused(
        "values from other sources are not available in this release");
    static final Handling REFUSE_SECURITY = refused(
        "inter.broker.listener.name names a listener for it, and "
            + "listener.security.protocol.map its protocol");
    static final Handling REFUSE_TIERS = refused("remote tiers are not available in this release");
    static final Handling REFUSE_TWO_PHASE = refused(
        "transactions that an outside coordinator decides are not available in this release");
    static final Handling REFUSE_TLS = refused(
        "clients speak no TLS in this release, and nodes always show certificates");

    /// The three ways to handle a setting.
    public enum Kind {
        /// It has the effect its documentation says.
        HONOURED,
        /// It is accepted and shown, and has no effect.
        IGNORED,
        /// A value other than the default is an error.
        REFUSED
    }

    /// The word for it on pages.
    public String word() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static Handling ignored(String why) {
        return new Handling(Kind.IGNORED, why);
    }

    private static Handling refused(String why) {
        return new Handling(Kind.REFUSED, why);
    }
}

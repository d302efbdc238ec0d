package dev.naru.metadata;

import dev.naru.base.Limits;
import java.util.Optional;

/// What a topic may be called, and which topics are the broker's own.
public final class TopicName {
    public static final String CONSUMER_OFFSETS = "__consumer_offsets";
    public static final String TRANSACTION_STATE = "__transaction_state";
    public static final String SHARE_GROUP_STATE = "__share_group_state";
    /// Kafka's name for its own metadata log; a topic of this name would confuse every tool.
    public static final String CLUSTER_METADATA = "__cluster_metadata";

    private TopicName() {}

    /// True for the topics in which coordinators keep their state.
    public static boolean isInternal(String name) {
        return switch (name) {
            case CONSUMER_OFFSETS, TRANSACTION_STATE, SHARE_GROUP_STATE -> true;
            default -> false;
        };
    }

    /// Why no topic may have this name; empty when one may.
    public static Optional<String> problem(String name) {
        if (name.isEmpty()) return Optional.of("A topic name may not be empty.");
        if (name.equals(".") || name.equals("..")) {
            return Optional.of("A topic may not be called '.' or '..'.");
        }
        if (name.length() > Limits.TOPIC_NAME_CHARS_MAX) {
            return Optional.of("A topic name has at most " + Limits.TOPIC_NAME_CHARS_MAX
                + " characters, this one has " + name.length() + ".");
        }
        if (!name.chars().allMatch(TopicName::isLegal)) {
            return Optional
                .of("A topic name has only ASCII letters, digits, '.', '_' and '-': '" + name
                    + "'.");
        }
        return Optional.empty();
    }

    /// Names of one look are one name to metrics, in which '.' is written '_'.
    static String look(String name) {
        return name.replace('.', '_');
    }

    /// True when another name could have the same look.
    static boolean canLookAlike(String name) {
        return name.indexOf('.') >= 0 || name.indexOf('_') >= 0;
    }

    private static boolean isLegal(int c) {
        boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        boolean isDigit = c >= '0' && c <= '9';
        return isLetter || isDigit || c == '.' || c == '_' || c == '-';
    }
}

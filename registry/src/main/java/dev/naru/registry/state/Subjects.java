package dev.naru.registry.state;

/// Names of subjects. One in a context is written `:.context:subject`; a context has its own ids. The
/// name of a context alone is `:.context:`, and nothing at all (an empty name) is everything.
public final class Subjects {
    /// The context of subjects that name none.
    public static final String DEFAULT_CONTEXT = ".";
    /// The name of everything.
    public static final String EVERYTHING = "";
    private static final int CHARACTERS_MAX = 1_024;

    private Subjects() {}

    /// The context that the subject is in.
    public static String context(String subject) {
        int end = end(subject);
        return end < 0 ? DEFAULT_CONTEXT : subject.substring(1, end);
    }

    /// The name without its context.
    public static String unqualified(String subject) {
        int end = end(subject);
        return end < 0 ? subject : subject.substring(end + 1);
    }

    /// Where the context ends; negative when none is named.
    private static int end(String subject) {
        return subject.startsWith(":.") ? subject.indexOf(':', 1) : -1;
    }

    /// The name with its context; without it in the default one.
    public static String qualified(String context, String subject) {
        return context.equals(DEFAULT_CONTEXT) ? subject : ":" + context + ":" + subject;
    }

    /// The name under which what belongs to the whole context of a subject is kept.
    static String ofContext(String subject) {
        return ":" + context(subject) + ":";
    }

    /// The same subject always by one name: `:.:a` is `a`.
    public static String plain(String subject) {
        boolean isDefault = end(subject) > 0 && context(subject).equals(DEFAULT_CONTEXT)
            && !unqualified(subject).isEmpty();
        return isDefault ? unqualified(subject) : subject;
    }

    /// Whether a schema may be registered under that name.
    public static boolean isValid(String subject) {
        var name = unqualified(subject);
        boolean isContext = subject.startsWith(":") && end(subject) < 0;
        boolean isReserved = name.equals("__GLOBAL") || name.equals("__EMPTY");
        return !name.isBlank() && !isContext && !isReserved
            && subject.length() <= CHARACTERS_MAX
            && subject.chars().noneMatch(Character::isISOControl);
    }
}

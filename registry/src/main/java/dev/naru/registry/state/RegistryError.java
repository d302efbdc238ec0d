package dev.naru.registry.state;

/// Why the registry refuses: the codes and words of Confluent's API. The first three digits of a code
/// are the HTTP status.
public record RegistryError(int code, String message) {
    /// The HTTP status.
    public int status() {
        return code / 100;
    }

    static RegistryError subjectNotFound(String subject) {
        return new RegistryError(40401, "Subject '" + subject + "' not found.");
    }

    static RegistryError versionNotFound(String version) {
        return new RegistryError(40402, "Version " + version + " not found.");
    }

    static RegistryError subjectSoftDeleted(String subject) {
        return new RegistryError(40404,
            "Subject '" + subject + "' was soft deleted. Set permanent=true to delete permanently");
    }

    static RegistryError subjectNotSoftDeleted(String subject) {
        return new RegistryError(40405,
            "Subject '" + subject + "' was not deleted first before being permanently deleted");
    }

    static RegistryError versionSoftDeleted(VersionName name) {
        return new RegistryError(40406, "Subject '" + name.subject() + "' Version "
            + name.version() + " was soft deleted. Set permanent=true to delete permanently");
    }

    static RegistryError versionNotSoftDeleted(VersionName name) {
        return new RegistryError(40407, "Subject '" + name.subject() + "' Version "
            + name.version() + " was not deleted first before being permanently deleted");
    }

    static RegistryError noOwnCompatibility(String subject) {
        return new RegistryError(40408, "Subject '" + subject
            + "' does not have subject-level compatibility configured");
    }

    static RegistryError noOwnMode(String subject) {
        return new RegistryError(40409,
            "Subject '" + subject + "' does not have subject-level mode configured");
    }

    static RegistryError invalidSchema(String why) {
        return new RegistryError(42201, "Invalid schema: " + why);
    }

    static RegistryError notPermitted(String why) {
        return new RegistryError(42205, why);
    }

    static RegistryError referenceExists(VersionName name) {
        return new RegistryError(42206, "One or more references exist to the schema " + name + ".");
    }

    static RegistryError noIdsLeft(String context) {
        return new RegistryError(50001, "The context '" + context + "' has no ids left");
    }

    static RegistryError noVersionsLeft(String subject) {
        return new RegistryError(50001, "The subject '" + subject + "' has no versions left");
    }
}

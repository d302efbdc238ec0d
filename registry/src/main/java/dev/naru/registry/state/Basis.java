package dev.naru.registry.state;

/// What a registration was checked against, as numbers that grow with each change: the versions of
/// the subject, all settings, and what was taken away anywhere (a reference may have been).
public record Basis(long subjectChanges, long settingChanges, long removals) {}

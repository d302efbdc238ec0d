package dev.naru.registry.state;

/// A schema that another one refers to by `name`: a version of a subject.
public record Reference(String name, String subject, int version) {}

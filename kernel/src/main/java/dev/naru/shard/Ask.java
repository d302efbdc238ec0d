package dev.naru.shard;

/// A request to a shard. Rooms make a sealed set of them.
public interface Ask {
    /// Who is told when the request is refused before or instead of being carried out.
    ReplyTo<?> from();
}

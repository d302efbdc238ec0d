package dev.naru.broker;

import dev.naru.base.Uuid;
import java.util.Optional;

/// Names and ids of the topics that exist. May be asked on any loop.
public interface TopicIds {
    Optional<String> nameOf(Uuid topicId);

    Optional<Uuid> idOf(String name);
}

package dev.naru.broker;

import dev.naru.base.Uuid;
import dev.naru.log.LogManifestEntry;
import dev.naru.log.OpenHow;
import java.util.Optional;

/// What the node's last life left of one partition: how to open its log, and whose topic it is.
///
/// @param manifest its entry in the manifest of a clean stop
/// @param isRecorded whether the checkpoint files hold the two offsets
/// @param cleanedUpTo how far the cleaner had come
/// @param topicId zero when its directory does not say
record LeftBehind(Uuid topicId, String topic, int index, Optional<LogManifestEntry> manifest,
    long recoveryPoint, long logStartOffset, boolean isRecorded, long cleanedUpTo) {

    OpenHow openHow(Uuid wanted) {
        return openUncleaned(wanted).cleaned(cleanedUpTo);
    }

    private OpenHow openUncleaned(Uuid wanted) {
        if (manifest.isPresent()) return OpenHow.afterCleanStop(manifest.get(), wanted);
        return isRecorded
            ? OpenHow.afterCrash(recoveryPoint, logStartOffset, wanted)
            : OpenHow.leftUnclosed(recoveryPoint, logStartOffset, wanted);
    }

    LeftBehind cleaned(long upToOffset) {
        return new LeftBehind(topicId, topic, index, manifest, recoveryPoint, logStartOffset,
            isRecorded, upToOffset);
    }

    String directory() {
        return topic + "-" + index;
    }
}

package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.DiskFault;
import dev.naru.config.GroupSettings;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ConfigResource;
import dev.naru.partition.Partition;
import dev.naru.share.ShareTerms;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The settings of one share group as they are at the moment, worked out again only when the image
/// has changed. Owned by the loop of the one who asks.
final class ShareGroupTerms {
    private static final String BY_DURATION = "by_duration:";

    private final Cluster cluster;
    private final String group;
    private @Nullable ClusterImage seen;
    private @Nullable GroupSettings settings;
    private @Nullable ShareTerms terms;

    ShareGroupTerms(Cluster cluster, String group) {
        this.cluster = cluster;
        this.group = group;
    }

    ShareTerms current() {
        var image = cluster.image();
        var known = terms;
        if (known != null && seen == image) return known;
        var fresh = GroupSettings.of(image.configs(ConfigResource.group(group)), cluster.live());
        short level = image.features().getOrDefault(Features.SHARE_VERSION, (short) 0);
        var worked = ShareTerms.of(fresh, level >= Features.SHARE_DEAD_LETTERS);
        seen = image;
        settings = fresh;
        terms = worked;
        return worked;
    }

    GroupSettings settings() {
        current();
        var known = settings;
        if (known == null) throw new IllegalStateException("settings follow from the image");
        return known;
    }

    /// Where a share partition begins that nobody has begun: `share.auto.offset.reset`.
    long firstOffset(Partition partition, Clock clock) throws DiskFault {
        var reset = settings().text("share.auto.offset.reset");
        if (reset.equalsIgnoreCase("earliest")) return partition.log().logStartOffset();
        if (!reset.toLowerCase(Locale.ROOT).startsWith(BY_DURATION)) {
            return partition.highWatermark();
        }
        long agoMs = Duration.parse(reset.substring(BY_DURATION.length())).toMillis();
        var found = partition.log().firstAtOrAfter(clock.now().wallMs() - agoMs,
            partition.shared().codecs());
        return found.map(at -> Math.min(at.offset(), partition.highWatermark()))
            .orElse(partition.highWatermark());
    }
}

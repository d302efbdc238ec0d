package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer.UpdatedFeature;
import dev.naru.metadata.ClusterRecord.FeatureChanged;
import dev.naru.metadata.ClusterRequest.Direction;
import dev.naru.metadata.ClusterRequest.FeatureUpdate;
import dev.naru.metadata.ClusterRequest.UpdateFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;

/// Decides what becomes of a request to move features: all of it or nothing.
final class FeatureDecider {
    private final SortedMap<String, FeatureRange> supported;

    FeatureDecider(SortedMap<String, FeatureRange> supported) {
        this.supported = supported;
    }

    Decided update(ClusterImage image, UpdateFeatures request) {
        var answers = new ArrayList<UpdatedFeature>();
        var facts = new ArrayList<ClusterRecord>();
        var seen = new TreeSet<String>();
        for (var update : request.updates()) {
            short present = image.features().getOrDefault(update.feature(), (short) 0);
            if (!seen.add(update.feature())) {
                answers.add(new UpdatedFeature(update.feature(), ErrorCode.INVALID_REQUEST,
                    "The feature stands more than once in the request."));
                continue;
            }
            var problem = problem(update, present);
            answers.add(new UpdatedFeature(update.feature(),
                problem.isEmpty() ? ErrorCode.NONE : ErrorCode.INVALID_UPDATE_VERSION,
                problem.orElse("")));
            if (update.level() != present)
                facts.add(new FeatureChanged(update.feature(), update.level()));
        }
        var first = answers.stream().filter(a -> a.error() != ErrorCode.NONE).findFirst();
        var answer = answer(first, answers);
        boolean changes = first.isEmpty() && !request.validateOnly();
        return changes ? new Decided(facts, answer) : Decided.only(answer);
    }

    private static ClusterAnswer answer(Optional<UpdatedFeature> first, List<UpdatedFeature> all) {
        return new ClusterAnswer.FeaturesUpdated(
            first.map(UpdatedFeature::error).orElse(ErrorCode.NONE),
            first.map(f -> f.feature() + ": " + f.message()).orElse(""), all);
    }

    private Optional<String> problem(FeatureUpdate update, short present) {
        var range = supported.get(update.feature());
        short level = update.level();
        if (range == null) return Optional.of("There is no such feature.");
        if (update.direction() == Direction.UNKNOWN) {
            return Optional.of("The request does not say whether to upgrade or to downgrade.");
        }
        if (!range.contains(level)) {
            return Optional
                .of("Levels go from " + range.lowest() + " to " + range.highest() + ", not "
                    + level + ".");
        }
        boolean isUpgrade = update.direction() == Direction.UPGRADE;
        if (level < present && isUpgrade) {
            return Optional.of("Level " + level + " is below the present " + present
                + ": ask for a downgrade.");
        }
        if (level > present && !isUpgrade) {
            return Optional.of("Level " + level + " is above the present " + present
                + ": ask for an upgrade.");
        }
        return Optional.empty();
    }
}

package dev.naru.bench;

/// Whether a ratio reached its goal. The spread of Kafka against itself says how far a ratio moves
/// by chance: what is nearer to the goal than that is undecided.
enum Verdict {
    MET, MISSED, UNDECIDED;

    private static final int ROUNDS_MIN = 3;

    static Verdict of(Goal goal, Results.Spread ratio, double chance) {
        if (ratio.count() < ROUNDS_MIN) return UNDECIDED;
        // a floor turned upside down is a ceiling
        double cost = goal.isFloor() ? 1 / ratio.median() : ratio.median();
        double costMax = goal.isFloor() ? 1 / goal.ratio() : goal.ratio();
        if (cost * chance <= costMax) return MET;
        return cost / chance > costMax ? MISSED : UNDECIDED;
    }

    String text() {
        return switch (this) {
            case MET -> "met";
            case MISSED -> "missed";
            case UNDECIDED -> "undecided";
        };
    }
}

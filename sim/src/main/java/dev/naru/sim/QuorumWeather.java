package dev.naru.sim;

/// How unkind the cluster's metadata log is. One in so many: answers to proposals that are lost,
/// commits that are slow, nodes that are told nothing for a while, chances to be given a snapshot
/// that are taken, proposals that are refused; 0 for never. A leader goes without a reason every
/// `changeEveryMs` or so (0: never), and one that was deposed believes for up to `ignorantMsMax`
/// that it still leads. `electionMs` without a leader bring an election.
public record QuorumWeather(int lostAnswerOneIn, int slowOneIn, int lagOneIn, int snapshotOneIn,
    int refuseOneIn, int changeEveryMs, int ignorantMsMax, int electionMs) {
    /// Nothing but what crashes and cuts bring about.
    public static final QuorumWeather FAIR = new QuorumWeather(0, 0, 0, 4, 0, 0, 200, 300);

    /// Something of everything, drawn.
    public static QuorumWeather draw(SimEntropy chance) {
        return new QuorumWeather(6 + chance.below(60), 4 + chance.below(40), 4 + chance.below(40),
            1 + chance.below(6), 20 + chance.below(200), 500 + chance.below(20_000),
            1 + chance.below(3_000), 100 + chance.below(700));
    }
}

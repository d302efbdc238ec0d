package dev.naru.quorum;

/// How long the quorum waits. A follower that hears nothing for an election timeout, drawn anew each
/// time, looks once per timeout and then asks for votes. The timeouts are long, so that a machine
/// without CPU to spare elects nobody: a leader whose process died is replaced without them, see
/// [EarlyElection]; they are for machines that vanish. A proposal that is not answered in
/// `proposalMs` ends as unknown.
public record QuorumTiming(int electionMinMs, int electionMaxMs, int firstElectionMinMs,
    int firstElectionMaxMs, int proposalMs) {
    public static final QuorumTiming USUAL = new QuorumTiming(1_000, 1_400, 100, 200, 5_000);

    /// Nobody else can be leading a quorum of one: it need not wait.
    QuorumTiming alone() {
        return new QuorumTiming(electionMinMs, electionMaxMs, 5, 10, proposalMs);
    }
}

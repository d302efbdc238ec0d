package dev.naru.sim;

/// A batch that is in the cluster's log for good. `term` is the one in which it became so: whoever
/// is told it knows of that term.
@SuppressWarnings("ArrayRecordComponent")
record SimBatch(long index, int term, byte[] bytes, SimProposal proposal) {}

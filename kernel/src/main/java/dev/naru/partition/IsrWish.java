package dev.naru.partition;

import java.util.List;

/// An ISR that a leader would have: the controller decides. `brokerEpochs` are those in which the leader
/// heard of each member, in the same order; -1 for the leader itself and for members it has not heard
/// of (KIP-903).
public record IsrWish(int leaderEpoch, int partitionEpoch, List<Integer> isr,
    List<Long> brokerEpochs) {}

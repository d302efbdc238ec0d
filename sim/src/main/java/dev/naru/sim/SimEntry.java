package dev.naru.sim;

/// What a name in a simulated directory stands for.
sealed interface SimEntry permits SimInode, SimDirectory {}

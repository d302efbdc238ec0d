package dev.naru.log;

import dev.naru.base.Codecs;

/// What one pass of cleaning may use.
///
/// @param keysMax keys that are kept in memory; a log with more of them takes several passes
/// @param loadFactor how full the table of the keys may get, as a share of 1
/// @param stepBytes about what is read in one step
public record CleaningTools(Codecs codecs, int keysMax, double loadFactor, int stepBytes) {}

package dev.naru.client;

import dev.naru.base.Clock;
import dev.naru.base.Codecs;
import dev.naru.base.Entropy;
import dev.naru.base.Loop;
import dev.naru.base.Net;

/// The ports that a client stands on. Everything of one client happens on the one loop.
public record ClientTools(Net net, Loop loop, Clock clock, Entropy entropy, Codecs codecs) {}

package dev.naru.bench;

import java.io.IOException;

/// What serves clients: one broker, or several as one cluster.
interface Served {
    /// Where clients begin.
    String address();

    /// User and system time of all its processes so far.
    double cpuSeconds() throws IOException;
}

package dev.naru.broker;

import dev.naru.base.Loop;

/// A request for records that waits in a share partition. Told once, on its own loop, that there may
/// be something; then it has to come back, or pass the word on.
record ShareWaiter(Loop loop, Runnable onSomething) {}

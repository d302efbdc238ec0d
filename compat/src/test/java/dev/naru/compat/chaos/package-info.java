/// Three processes, what befalls machines, and clients that write down what they were told: the rules
/// of the
/// simulator over histories of the real thing. Doors: [dev.naru.compat.chaos.Campaign].
package dev.naru.compat.chaos;

/// What every supplier of a port must keep, as claims that a test of the supplier runs: the
/// simulated ports and the real ones are held to the same words. Doors: [DiskContract],
/// [NetContract], [LoopContract] on a [Yard], [MetadataLogContract] on a [LogYard]. Laws: claims
/// use nothing but the port and the yard.
@NullMarked
package dev.naru.sim.contract;

import org.jspecify.annotations.NullMarked;

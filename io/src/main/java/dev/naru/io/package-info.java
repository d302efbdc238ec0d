/// The ports of the kernel in the real world: threads, files, sockets, codecs. Doors: [RealEnv] opens
/// all of it over one data directory; [RealLoops], [FileDisk], [NettyNet] are its parts. Laws: nothing
/// here decides what the broker does; buffers and leases have one owner and are given back once.
@NullMarked
package dev.naru.io;

import org.jspecify.annotations.NullMarked;

/// The ports of the kernel in the real world: threads, files, sockets, codecs.
@NullMarked
package dev.naru.io;

import org.jspecify.annotations.NullMarked;

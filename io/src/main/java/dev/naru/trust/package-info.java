/// Whom a node believes, and how it proves who it is: the cluster's certificate authority, the
/// certificates of nodes, their files in the data directory. Doors: [TrustDirectory] has the files,
/// [ClusterCa] admits nodes, [TlsIdentity] is what connections are made with, [NodeName] is what a
/// certificate says, [JoinToken] what brings a new node in. Laws: a private key is in no file that
/// others can read, and in no message of a log; whatever is not certainly of this cluster is
/// refused. Only [Issuing] knows the library that writes certificates, so that a node which issues
/// none does not load it.
@NullMarked
package dev.naru.trust;

import org.jspecify.annotations.NullMarked;

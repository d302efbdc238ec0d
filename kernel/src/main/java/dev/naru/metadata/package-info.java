/// What the cluster agrees on: topics, settings, nodes, as facts in one log and an immutable image
/// of them. Doors: [ControllerHost] (requests in, answers and images out), [ClusterImage],
/// [ClusterRecord], [ClusterMessages] (requests and answers as bytes), the port [MetadataLog] with
/// its supplier for one node [LocalMetadataLog], [NodeIdentity], [ConfigRules], [Balance]. Laws: I15
/// (a batch is applied iff it was based on the last accepted one), I7 as far as facts go, I17, I18.
@NullMarked
package dev.naru.metadata;

import org.jspecify.annotations.NullMarked;

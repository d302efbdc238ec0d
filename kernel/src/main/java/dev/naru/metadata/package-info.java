/// What the cluster agrees on: topics, settings, nodes, as facts in one log and an immutable image.
/// Doors: ClusterImage, Controller, MetadataLog, LocalMetadataLog. Laws: I15, I18.
@NullMarked
package dev.naru.metadata;

import org.jspecify.annotations.NullMarked;

/// Build tool: turns Kafka's published message schemas into Java records with codecs.
@NullMarked
package dev.naru.wiregen;

import org.jspecify.annotations.NullMarked;

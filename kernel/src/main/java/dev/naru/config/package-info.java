/// Every setting of a broker and of a topic: name, type, default, meaning, and whether Naru honours it.
/// Doors: Settings, SettingDefinition, TopicSettings. Laws: a name is honoured, ignored or refused.
@NullMarked
package dev.naru.config;

import org.jspecify.annotations.NullMarked;

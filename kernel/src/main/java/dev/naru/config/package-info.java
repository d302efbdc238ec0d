/// Every setting of a broker, a topic, a group and a metrics subscription: its name, type, default
/// and meaning, and whether Naru honours it. The settings of a running node are values made here.
///
/// Doors: `Settings` (a broker's, from `Settings.of`), `TopicSettings`, `GroupSettings`,
/// `ClientMetricsSettings`, the lists of definitions (`BrokerDefinitions`, `TopicDefinitions`,
/// `GroupDefinitions`, `ClientMetricsDefinitions`), names as constants (`BrokerNames`,
/// `TopicNames`), `Listener`, `PropertiesText`.
///
/// Laws: a name is honoured, ignored with a line, or refused with a reason; what asks for security
/// that is not there is refused; a password is never given back.
@NullMarked
package dev.naru.config;

import org.jspecify.annotations.NullMarked;

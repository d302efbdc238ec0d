/// Brokers in processes of their own, and what tests do with them.
package dev.naru.compat.broker;

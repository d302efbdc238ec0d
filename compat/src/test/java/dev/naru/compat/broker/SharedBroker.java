package dev.naru.compat.broker;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// One broker for all classes of the run that leave it healthy: `Broker` as a parameter. It must be alive
/// whenever it is handed out.
public final class SharedBroker implements ParameterResolver {
    private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace
        .create(SharedBroker.class);

    @Override public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Broker.class;
    }

    @Override public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        var broker = test.getRoot().getStore(SPACE)
            .computeIfAbsent("broker", key -> Brokers.start(Map.of()), Broker.class);
        if (!broker.isAlive()) throw new AssertionError("the broker died: " + broker.output());
        return broker;
    }
}

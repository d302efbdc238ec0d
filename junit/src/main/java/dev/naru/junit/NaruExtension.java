package dev.naru.junit;

import dev.naru.embedded.Naru;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives the tests of a class a broker: a parameter of type [Naru] in a test, a set-up method or a
/// constructor. The broker starts when it is first asked for and is closed after the last test of
/// the outermost class.
///
/// ```java
/// @ExtendWith(NaruExtension.class)
/// class OrdersTest {
///     @Test void orders_arrive(Naru naru) { ... naru.bootstrapServers() ... }
/// }
/// ```
///
/// With settings: `@RegisterExtension static final NaruExtension naru =
/// NaruExtension.with("num.partitions", "3");`
public final class NaruExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace
        .create(NaruExtension.class);

    private final Map<String, String> settings;

    /// A broker with Naru's defaults.
    public NaruExtension() {
        this(Map.of());
    }

    private NaruExtension(Map<String, String> settings) {
        this.settings = settings;
    }

    /// A broker with one setting of `server.properties`; more with [#and].
    public static NaruExtension with(String name, String value) {
        return new NaruExtension(Map.of(name, value));
    }

    /// This and one more setting.
    public NaruExtension and(String name, String value) {
        var more = new TreeMap<>(settings);
        more.put(name, value);
        return new NaruExtension(more);
    }

    @Override public boolean supportsParameter(ParameterContext parameter,
        ExtensionContext context) {
        return parameter.getParameter().getType() == Naru.class;
    }

    @Override public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var outermost = context;
        while (outermost.getParent().filter(up -> up.getTestClass().isPresent()).isPresent()) {
            outermost = outermost.getParent().get();
        }
        // the store closes what it holds (an AutoCloseable) when the class is done
        return outermost.getStore(NAMESPACE).computeIfAbsent(settings, Naru::start, Naru.class);
    }
}

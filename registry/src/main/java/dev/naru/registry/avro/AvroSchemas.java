package dev.naru.registry.avro;

import dev.naru.registry.schema.JsonText;
import dev.naru.registry.schema.Parse;
import dev.naru.registry.schema.SchemaSource;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/// Understands schemas in Avro.
public final class AvroSchemas {
    private AvroSchemas() {}

    /// Parses a source within bounds. What is new must have defaults of the right type; what is
    /// stored is taken as it was stored.
    public static Parse parse(SchemaSource source, boolean isNew) {
        try {
            if (isNew) {
                var unfit = AvroBounds.unfit(JsonText.read(source.text()));
                if (unfit.isPresent()) return new Parse.Invalid(unfit.get());
            }
            return new Parse.Parsed(parsed(source, isNew));
        } catch (JsonText.NotJson unreadable) {
            return new Parse.Invalid("not JSON: " + unreadable.why());
        } catch (AvroRuntimeException invalid) {
            return new Parse.Invalid(String.valueOf(invalid.getMessage()));
        } catch (StackOverflowError _) {
            return new Parse.Invalid("the schema is nested too deep");
        } catch (RuntimeException invalid) {
            // the library casts what it reads without looking
            return new Parse.Invalid("not an Avro schema: " + invalid.getMessage());
        }
    }

    private static AvroSchema parsed(SchemaSource source, boolean isNew) {
        var parser = new Schema.Parser();
        parser.setValidateDefaults(isNew);
        var before = new ArrayList<Schema>();
        for (var dependency : source.dependencies()) {
            parser.parse(dependency.text());
        }
        Set<String> names = new TreeSet<>(parser.getTypes().keySet());
        names.forEach(name -> before.add(parser.getTypes().get(name)));
        return new AvroSchema(parser.parse(source.text()), before);
    }
}

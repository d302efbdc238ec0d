package dev.naru.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// `docs/settings.md` is made from the definitions. Run with `-Dnaru.regenerate=true` to write it
/// anew.
class SettingsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "settings.md");

    @Test void the_page_of_settings_is_up_to_date() throws IOException {
        var page = page();
        if (Boolean.getBoolean("naru.regenerate")) Files.writeString(PAGE, page);
        assertThat(Files.readString(PAGE)).as("run the build with -Dnaru.regenerate=true")
            .isEqualTo(page);
    }

    private static String page() {
        var page = new StringBuilder(
            """
                # Settings

                Every setting that Naru knows, made from its definitions
                (`-Dnaru.regenerate=true` writes this page anew). *honoured*: it has the effect
                described. *ignored*: it is accepted, shown and without effect; the start says
                so in a line for each reason. *refused*: a value other than the default is an
                error. A name that is not here is an error, with a guess at what was meant.

                """);
        add(page, "Broker", "Given at the start, or altered at run time where the table says so.",
            BrokerDefinitions.all());
        add(page, "Topic",
            "Given when a topic is created, or altered later. Without one the broker's counts.",
            TopicDefinitions.all());
        add(page, "Group", "Altered for one group. Without one the broker's counts.",
            GroupDefinitions.all());
        add(page, "Client metrics", "Altered for one subscription.",
            ClientMetricsDefinitions.all());
        page.append("## Names that are not settings any more, or not ours\n\n");
        page.append("| name | handling | why |\n| --- | --- | --- |\n");
        for (var removed : RemovedNames.ALL) {
            page.append("| `" + removed.name() + "` | "
                + (removed.isRefused() ? "refused" : "ignored") + " | "
                + removed.why() + " |\n");
        }
        return page.toString();
    }

    private static void add(StringBuilder page, String title, String about,
        Collection<SettingDefinition> all) {
        page.append("## " + title + "\n\n" + about + "\n\n");
        page.append("| name | type | default | allowed | at run time | handling | meaning |\n");
        page.append("| --- | --- | --- | --- | --- | --- | --- |\n");
        for (var definition : all) {
            var value = definition.defaultText()
                .map(text -> text.isEmpty() ? "empty" : "`" + text + "`").orElse("");
            var handling = definition.handling();
            boolean isPlain = handling.kind() == Handling.Kind.HONOURED;
            page.append("| `" + definition.name() + "` | "
                + definition.type().name().toLowerCase(Locale.ROOT) + " | "
                + value + " | " + definition.allowedWords() + " | " + definition.mode().words()
                + " | "
                + handling.word() + (isPlain ? "" : ": " + handling.why()) + " | "
                + definition.doc() + " |\n");
        }
        page.append("\n");
    }
}

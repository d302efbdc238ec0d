package dev.naru.cli;

import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest.IssueJoinToken;
import dev.naru.trust.Fingerprint;
import dev.naru.trust.JoinToken;
import dev.naru.trust.Untrusted;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;

/// `naru cluster token`: what a new node needs to trust the cluster and to be trusted. The secret is made
/// up here and is in no message; the cluster keeps a hash of it.
final class JoinTokens implements Command {
    private static final Pattern TTL = Pattern.compile("([1-9][0-9]{0,6})([smhd])");
    private static final String HOUR = "1h";

    @Override public Flags flags() {
        return Flags.of("naru cluster token",
            "Prints a token with which one node joins, once. Ask a node on its own machine.")
            .text("--ttl", "time", "How long it is good for: 90s, 30m, 2h, 7d at most (" + HOUR
                + ").")
            .cluster().json();
    }

    @Override public int run(Given given, Terminal terminal) {
        long ttlMs = millis(given.text("--ttl").orElse(HOUR));
        var link = Link.of(given);
        var secret = JoinToken.Secret.random();
        var answer = ClusterQuery.ask(link, new IssueJoinToken(secret.id(), secret.hash(), ttlMs));
        switch (answer) {
            case ClusterAnswer.JoinTokenGiven(var cluster, var authority, var expiresAtMs) -> {
                var token = token(cluster, authority, secret);
                var expires = Moments.local(expiresAtMs);
                if (given.json()) {
                    var object = new LinkedHashMap<String, Object>();
                    object.put("token", token);
                    object.put("id", secret.id());
                    object.put("expires", expires);
                    terminal.line(Json.pretty(object));
                } else {
                    terminal.line(token);
                    terminal.complain("good for one node until " + expires
                        + "; there: naru start --data DIR --listen HOST:PORT --peers HOST:PORT"
                        + " --join HOST:PORT --token TOKEN");
                }
            }
            case ClusterAnswer.Failed failed -> throw Failed.because(failed.message());
            default -> throw Failed.because(link.bootstrap() + " gave an odd answer");
        }
        return 0;
    }

    private static String token(String cluster, String authority, JoinToken.Secret secret) {
        try {
            return new JoinToken(cluster, Fingerprint.parse(authority), secret).print();
        } catch (Untrusted odd) {
            throw Failed.because("the node told " + Explain.line(odd));
        }
    }

    private static long millis(String text) {
        var matcher = TTL.matcher(text);
        if (!matcher.matches()) {
            throw Failed.usage("--ttl '" + text + "' is not a time such as 90s, 30m, 2h or 7d");
        }
        long unitMs = switch (matcher.group(2)) {
            case "s" -> 1_000L;
            case "m" -> 60_000L;
            case "h" -> 3_600_000L;
            default -> 86_400_000L;
        };
        return Long.parseLong(matcher.group(1)) * unitMs;
    }
}

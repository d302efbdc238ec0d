package dev.naru.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `naru log dump` and kafka-dump-log: shows what is in the files of a partition, without a broker.
final class LogDump implements Command {
    private final boolean kafka;

    LogDump(boolean kafka) {
        this.kafka = kafka;
    }

    @Override public Flags flags() {
        Flags flags = Flags.of(kafka ? "kafka-dump-log" : "naru log dump",
            "Shows what is in the files of a partition: .log, .index, .timeindex, .txnindex,"
                + " .snapshot, leader-epoch-checkpoint.")
            .words("FILE...", "0..*", "The files.").text("--files", "a,b", "The files.")
            .on("--print-data-log,--records,-r", "Shows the records with key and value.")
            .on("--deep-iteration", "Looks at the records.")
            .on("--skip-record-metadata", "Leaves offsets and sizes of records out.")
            .on("--offsets-decoder", "The records are those of __consumer_offsets.")
            .on("--transaction-log-decoder", "The records are those of __transaction_state.")
            .on("--verify-index-only", "Compares indexes with their segments, shows no entries.")
            .on("--index-sanity-check", "The same.")
            .text("--max-bytes", "n", "Stops after so many bytes of a segment.")
            .text("--max-message-size", "n", "Accepted: any size is read.")
            .maybe("--value-decoder-class", "class", "Accepted: values are shown as text.")
            .maybe("--key-decoder-class", "class", "Accepted: keys are shown as text.").json();
        return kafka ? flags.on("--version", "Prints the version.") : flags;
    }

    @Override public int run(Given given, Terminal terminal) {
        var files = new ArrayList<>(given.words());
        given.text("--files").ifPresent(list -> files.addAll(List.of(list.split(","))));
        if (files.isEmpty()) throw Failed.usage("which files? give --files a,b");
        var output = new DumpOutput(terminal, given.json());
        try (var progress = new Progress(terminal, "bytes read", !terminal.promptable())) {
            for (String file : files) {
                Path path = Path.of(file.strip());
                if (!Files.isRegularFile(path)) throw Failed.because("there is no file " + path);
                output.remark("Dumping " + path);
                dump(path, given, output, progress);
            }
        }
        return output.isSound() ? 0 : Failed.FAILED;
    }

    private static void dump(Path path, Given given, DumpOutput output, Progress progress) {
        boolean onlyChecks = given.has("--verify-index-only") || given.has("--index-sanity-check");
        var beside = new IndexDump(output, onlyChecks);
        switch (DumpFile.suffix(path)) {
            case "log" -> new SegmentDump(output, wish(given)).dump(path, progress);
            case "index" -> beside.offsets(path);
            case "timeindex" -> beside.times(path);
            case "txnindex" -> beside.aborted(path);
            case "snapshot" -> beside.producers(path);
            case "leader-epoch-checkpoint" -> beside.epochs(path);
            case "metadata", "properties" -> beside.text(path);
            default -> {
                if (path.getFileName().toString().endsWith("-checkpoint")) beside.text(path);
                else
                    output.remark("Ignoring unknown file " + path);
            }
        }
    }

    private static SegmentDump.Wish wish(Given given) {
        Optional<GroupRecords.Topic> decoder = given.has("--offsets-decoder")
            ? Optional.of(GroupRecords.Topic.OFFSETS)
            : given.has("--transaction-log-decoder")
                ? Optional.of(GroupRecords.Topic.TRANSACTIONS)
                : Optional.empty();
        boolean payload = given.has("--print-data-log") || decoder.isPresent();
        return new SegmentDump.Wish(payload || given.has("--deep-iteration"), payload,
            !given.has("--skip-record-metadata"), decoder,
            given.number("--max-bytes", Long.MAX_VALUE));
    }
}

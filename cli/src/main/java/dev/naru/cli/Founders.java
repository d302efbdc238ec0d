package dev.naru.cli;

import dev.naru.config.QuorumVoter;
import java.util.HashSet;

/// The list of `--initial-controllers`: who agrees first on the metadata of a new cluster (KIP-853).
final class Founders {
    private Founders() {}

    /// The directory id that the list has for this node; a list that is not right is wrong usage.
    static String own(String list, long nodeId) {
        var ids = new HashSet<Integer>();
        String own = "";
        for (String text : Given.commas(list)) {
            var voter = QuorumVoter.parse(text);
            if (voter.flatMap(QuorumVoter::directoryId).isEmpty()) {
                throw Failed.usage("--initial-controllers has id@host:port:directory, and not '"
                    + text + "'; random-uuid makes a directory's id");
            }
            if (!ids.add(voter.get().nodeId())) {
                throw Failed.usage("--initial-controllers names node " + voter.get().nodeId()
                    + " twice");
            }
            if (voter.get().nodeId() == nodeId) own = text.substring(text.lastIndexOf(':') + 1);
        }
        if (own.isEmpty()) {
            throw Failed.usage("--initial-controllers does not name this node, " + nodeId
                + "; one that joins later needs no format");
        }
        return own;
    }
}

package dev.naru.metadata;

import java.util.List;

/// What a decider makes of a request: facts to be agreed on, and the answer to give once they are.
record Decided(List<ClusterRecord> facts, ClusterAnswer answer) {
    static Decided only(ClusterAnswer answer) {
        return new Decided(List.of(), answer);
    }
}

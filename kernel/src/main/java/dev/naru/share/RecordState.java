package dev.naru.share;

import java.util.Optional;

/// What a share group has made of a record, by the protocol's own numbers. ACQUIRED is never
/// stored: a lock dies with the node that gave it.
public enum RecordState {
    /// May be lent.
    AVAILABLE(0),
    /// Lent to one member, until its lock runs out.
    ACQUIRED(1),
    /// A member has dealt with it.
    ACKNOWLEDGED(2),
    /// Given up; on its way to the topic for dead letters (KIP-1191).
    ARCHIVING(3),
    /// Given up, or never was a record for members.
    ARCHIVED(4);

    private final byte id;

    RecordState(int id) {
        this.id = (byte) id;
    }

    /// The number on the wire and on disk.
    public byte id() {
        return id;
    }

    /// The state of this number, if there is one.
    public static Optional<RecordState> of(byte id) {
        for (var state : values()) {
            if (state.id == id) return Optional.of(state);
        }
        return Optional.empty();
    }

    /// Nothing more will become of the record.
    public boolean isFinal() {
        return this == ACKNOWLEDGED || this == ARCHIVED;
    }

    boolean mayBecome(RecordState next) {
        return switch (this) {
            case AVAILABLE -> next == ACQUIRED || next == ARCHIVED;
            case ACQUIRED -> next != ACQUIRED;
            case ARCHIVING -> next == ARCHIVED;
            case ACKNOWLEDGED, ARCHIVED -> false;
        };
    }
}

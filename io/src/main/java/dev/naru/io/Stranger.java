package dev.naru.io;

import java.util.Optional;

/// Other protocols that people point at a Kafka port, told by the first four bytes.
enum Stranger {
    TLS("the other side speaks TLS; this port is plain text"), //
    HTTP("the other side speaks HTTP; this port speaks the Kafka protocol");

    private final String reason;

    Stranger(String reason) {
        this.reason = reason;
    }

    String reason() {
        return reason;
    }

    /// A TLS handshake record (22, then version 3.x), or the start of an HTTP request or answer. As frame
    /// lengths all of these would be hundreds of megabytes.
    static Optional<Stranger> of(int firstBytes) {
        if (firstBytes >>> 16 == 0x1603) return Optional.of(TLS);
        return switch (firstBytes) {
            case 0x47455420, // "GET "
                0x504F5354, // "POST"
                0x48454144, // "HEAD"
                0x50555420, // "PUT "
                0x4F505449, // "OPTI"
                0x44454C45, // "DELE"
                0x50415443, // "PATC"
                0x434F4E4E, // "CONN"
                0x50524920, // "PRI " (HTTP/2)
                0x48545450 -> // "HTTP"
                Optional.of(HTTP);
            default -> Optional.empty();
        };
    }
}

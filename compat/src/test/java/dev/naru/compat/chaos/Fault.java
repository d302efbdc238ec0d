package dev.naru.compat.chaos;

/// Something that befalls machines, and passes. The load runs meanwhile; what is checked afterwards is
/// common
/// to all.
interface Fault {
    /// Breaks something and mends it again; `round` chooses among kinds.
    void strike(Session session, int round);
}

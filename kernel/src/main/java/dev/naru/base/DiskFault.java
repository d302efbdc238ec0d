package dev.naru.base;

/// The disk did not do what it was asked. A checked exception, so that no caller forgets it; it is caught
/// where the room can decide (DESIGN P11): full is refused and life goes on, failed fences the directory.
public final class DiskFault extends Exception {
    private final Kind kind;
    private final String what;

    /// `what` names the operation and the path.
    public DiskFault(Kind kind, String what) {
        super(what);
        this.kind = kind;
        this.what = what;
    }

    @Override public String getMessage() {
        return what;
    }

    public Kind kind() {
        return kind;
    }

    public enum Kind {
        /// No room. Nothing of the bytes asked for may be relied on; what was there before is unharmed.
        FULL,
        /// The device or the file system failed. Nothing written since the last successful flush is certain.
        FAILED,
        /// There is no such file.
        MISSING
    }
}

package dev.naru.io;

import dev.naru.base.DiskFault;
import dev.naru.base.DiskFault.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/// What the system's refusals mean to the kernel.
final class Faults {
    private Faults() {}

    static DiskFault of(String operation, String path, IOException cause) {
        return new DiskFault(kind(cause), operation + " " + path + ": " + reason(cause));
    }

    private static Kind kind(IOException cause) {
        if (cause instanceof NoSuchFileException) return Kind.MISSING;
        String message = String.valueOf(cause.getMessage());
        boolean isFull = message.contains("No space left on device")
            || message.contains("Disk quota exceeded");
        return isFull ? Kind.FULL : Kind.FAILED;
    }

    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) return "no such file or directory";
        if (cause instanceof AccessDeniedException) return "permission denied";
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}

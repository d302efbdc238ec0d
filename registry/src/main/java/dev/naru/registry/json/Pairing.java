package dev.naru.registry.json;

import java.util.Arrays;

/// How many rows and columns of a table can be paired, each with at most one, where `true` stands
/// (a maximum matching by augmenting paths).
final class Pairing {
    private static final int NOBODY = -1;

    private final boolean[][] fits;
    private final int[] rowOf;
    private boolean[] seen;

    private Pairing(boolean[][] fits, int columns) {
        this.fits = fits;
        this.rowOf = new int[columns];
        this.seen = new boolean[columns];
        Arrays.fill(rowOf, NOBODY);
    }

    /// The largest number of pairs.
    static int most(boolean[][] fits) {
        if (fits.length == 0) return 0;
        var pairing = new Pairing(fits, fits[0].length);
        int pairs = 0;
        for (int row = 0; row < fits.length; row++) {
            pairing.seen = new boolean[pairing.rowOf.length];
            if (pairing.pair(row)) pairs++;
        }
        return pairs;
    }

    private boolean pair(int row) {
        for (int column = 0; column < rowOf.length; column++) {
            if (!fits[row][column] || seen[column]) continue;
            seen[column] = true;
            if (rowOf[column] == NOBODY || pair(rowOf[column])) {
                rowOf[column] = row;
                return true;
            }
        }
        return false;
    }
}

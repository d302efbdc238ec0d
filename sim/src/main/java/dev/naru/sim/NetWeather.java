package dev.naru.sim;

/// How the network behaves while nothing in particular breaks. Delays in nanoseconds; `slowOneIn`
/// frames take up to `slowNsMax` more. A sender has `windowBytes` on their way to one who does not
/// read.
public record NetWeather(int delayNsMin, int delayNsMax, int slowOneIn, int slowNsMax,
    int announcedOneIn, int windowBytes) {
    /// Quick and even.
    public static final NetWeather FAIR = new NetWeather(20_000, 200_000, 0, 1, 8, 2 * 1024 * 1024);
}

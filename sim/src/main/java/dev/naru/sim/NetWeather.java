package dev.naru.sim;

/// How the network behaves while nothing in particular breaks. Delays in nanoseconds; `slowOneIn`
/// frames take up to `slowNsMax` more.
public record NetWeather(int delayNsMin, int delayNsMax, int slowOneIn, int slowNsMax,
    int announcedOneIn) {
    /// Quick and even.
    public static final NetWeather FAIR = new NetWeather(20_000, 200_000, 0, 1, 8);
}

package dev.naru.sim.contract;

import static dev.naru.sim.contract.Claim.equal;
import static dev.naru.sim.contract.Claim.holds;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFault;
import dev.naru.base.Net;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// What a [Net] promises while nobody cuts the cable. The yard's loop must be the only one.
public final class NetContract {
    private final Yard.Maker maker;

    public NetContract(Yard.Maker maker) {
        this.maker = maker;
    }

    public List<Claim> claims() {
        return List.of(
            claim("frames arrive whole and in order, both ways", NetContract::bothWays),
            claim("a frame of several parts arrives as one", NetContract::parts),
            claim("frames sent at once arrive one by one", NetContract::burst),
            claim("a frame is announced before it is read, and waits", NetContract::waits),
            claim("a refused frame closes the connection", NetContract::refused),
            claim("who pauses gets no frame until it resumes", NetContract::paused),
            claim("what was sent leaves before closing after a flush", NetContract::flushes),
            claim("closing is said once on both sides", NetContract::closesOnce),
            claim("who does not read makes the other not writable", NetContract::writability),
            claim("file slices are sent and their leases given back", NetContract::slices),
            claim("what is sent on a closed channel is given back", NetContract::sentTooLate),
            claim("both ends say who they are", NetContract::addresses),
            new Claim("nobody listens: closed, never open", this::nobody),
            new Claim("a port is listened on once", this::portTaken));
    }

    private static void bothWays(Pair pair) {
        for (int sizeBytes : new int[]{0, 1, 100, 70_000, 3_000_000}) {
            pair.here.send(pattern(sizeBytes));
            pair.there.send(pattern(sizeBytes));
        }
        pair.there.send(pattern(5));
        pair.yard.until(() -> pair.there.frames.size() == 5 && pair.here.frames.size() == 6);
        equal(List.of(0, 1, 100, 70_000, 3_000_000), sizes(pair.there), "sizes there");
        equal(List.of(0, 1, 100, 70_000, 3_000_000, 5), sizes(pair.here), "sizes here");
        for (var frame : pair.there.frames) {
            holds(Arrays.equals(pattern(frame.length), frame), "bytes of " + frame.length);
        }
        equal(pair.there.announced, sizes(pair.there), "announced");
    }

    private static void parts(Pair pair) {
        pair.here.send(pattern(3), new byte[0], pattern(50_000), pattern(7));
        pair.yard.until(() -> pair.there.frames.size() == 1);
        var frame = pair.there.frames.getFirst();
        equal(50_010, frame.length, "size");
        holds(Arrays.equals(pattern(3), 0, 3, frame, 0, 3), "first part");
        holds(Arrays.equals(pattern(50_000), 0, 50_000, frame, 3, 50_003), "second part");
        holds(Arrays.equals(pattern(7), 0, 7, frame, 50_003, 50_010), "last part");
    }

    private static void burst(Pair pair) {
        var expected = new ArrayList<Integer>();
        pair.yard.onLoop(() -> {
            for (int number = 0; number < 500; number++) {
                var part = new Bytes.Memory(ByteBuffer.wrap(pattern(number)));
                pair.here.channel().send(List.of(part));
                expected.add(number);
            }
        });
        pair.yard.until(() -> pair.there.frames.size() == 500);
        equal(expected, sizes(pair.there), "order");
    }

    private static void waits(Pair pair) {
        pair.there.answersAdmission(Net.Admission.WAIT);
        pair.here.send(pattern(400_000));
        pair.here.send(pattern(10));
        pair.yard.until(() -> pair.there.announced.size() == 1);
        pair.yard.onLoop(() -> {
        });
        equal(0, pair.there.frames.size(), "frames before they are admitted");
        pair.there.answersAdmission(Net.Admission.READ);
        pair.yard.onLoop(() -> pair.there.channel().admitted());
        pair.yard.until(() -> pair.there.frames.size() == 2);
        equal(List.of(400_000, 10), sizes(pair.there), "frames");
        equal(List.of(400_000, 10), List.copyOf(pair.there.announced), "announced once each");
    }

    private static void refused(Pair pair) {
        pair.there.answersAdmission(Net.Admission.REFUSE);
        pair.here.send(pattern(1_000));
        pair.yard.until(() -> pair.here.closed.size() == 1 && pair.there.closed.size() == 1);
        equal(0, pair.there.frames.size(), "frames");
    }

    private static void paused(Pair pair) {
        pair.there.pausesAfterFrame.set(true);
        pair.yard.onLoop(() -> {
            for (int number = 1; number <= 3; number++) {
                var part = new Bytes.Memory(ByteBuffer.wrap(pattern(number)));
                pair.here.channel().send(List.of(part));
            }
        });
        pair.yard.until(() -> !pair.there.frames.isEmpty());
        pair.yard.onLoop(() -> {
        });
        equal(List.of(1), sizes(pair.there), "frames after one and a pause");
        pair.there.pausesAfterFrame.set(false);
        pair.yard.onLoop(() -> pair.there.channel().resumeReading());
        pair.yard.until(() -> pair.there.frames.size() == 3);
        equal(List.of(1, 2, 3), sizes(pair.there), "frames");
    }

    private static void flushes(Pair pair) {
        pair.yard.onLoop(() -> {
            var part = new Bytes.Memory(ByteBuffer.wrap(pattern(2_000_000)));
            pair.here.channel().send(List.of(part));
            pair.here.channel().closeAfterFlush();
        });
        pair.yard.until(() -> pair.there.closed.size() == 1 && pair.here.closed.size() == 1);
        equal(List.of(2_000_000), sizes(pair.there), "frames");
    }

    private static void closesOnce(Pair pair) {
        pair.yard.onLoop(() -> {
            pair.here.channel().close();
            pair.here.channel().close();
            equal(0, pair.here.closed.size(), "said inside the call");
        });
        pair.yard.until(() -> !pair.here.closed.isEmpty() && !pair.there.closed.isEmpty());
        pair.yard.onLoop(() -> pair.there.channel().close());
        pair.yard.onLoop(() -> pair.there.channel().closeAfterFlush());
        equal(1, pair.here.closed.size(), "said here");
        equal(1, pair.there.closed.size(), "said there");
    }

    private static void writability(Pair pair) {
        pair.there.pausesAfterFrame.set(true);
        pair.here.send(pattern(1));
        pair.yard.until(() -> pair.there.frames.size() == 1);
        var full = new AtomicBoolean();
        int sent = 1;
        while (!full.get()) {
            holds(sent++ < 1_000, "it should be full by now");
            pair.here.send(pattern(1_000_000));
            pair.yard.onLoop(() -> full.set(!pair.here.channel().isWritable()));
        }
        equal(0, pair.here.writable.get(), "said to be writable");
        pair.there.pausesAfterFrame.set(false);
        pair.yard.onLoop(() -> pair.there.channel().resumeReading());
        int all = sent;
        pair.yard.until(() -> pair.there.frames.size() == all && pair.here.writable.get() > 0);
        pair.yard.onLoop(() -> holds(pair.here.channel().isWritable(), "writable again"));
    }

    private static void slices(Pair pair) throws DiskFault {
        var file = pair.yard.disk().file("a");
        file.write(0, ByteBuffer.wrap(pattern(1_000_000)));
        var small = file.slice(10, 100);
        var large = file.slice(0, 1_000_000);
        var middle = new Bytes.Memory(ByteBuffer.wrap(pattern(5)));
        pair.yard.disk().delete("a");
        pair.yard.onLoop(() -> pair.here.channel().send(List.of(small, middle, large)));
        pair.yard.until(() -> pair.there.frames.size() == 1);
        var frame = pair.there.frames.getFirst();
        equal(1_000_105, frame.length, "size");
        holds(Arrays.equals(pattern(1_000_000), 10, 110, frame, 0, 100), "the small slice");
        holds(Arrays.equals(pattern(1_000_000), 0, 1_000_000, frame, 105, 1_000_105), "the large");
    }

    private static void sentTooLate(Pair pair) throws DiskFault {
        var file = pair.yard.disk().file("a");
        file.write(0, ByteBuffer.wrap(pattern(1_000)));
        var whole = file.slice(0, 1_000);
        var released = new AtomicInteger();
        var slice = new Bytes.Slice(file, 0, 1_000, () -> {
            released.incrementAndGet();
            whole.discard();
        });
        pair.yard.onLoop(() -> {
            pair.here.channel().close();
            pair.here.channel().send(List.of(slice));
        });
        equal(1, released.get(), "leases given back");
    }

    private static void addresses(Pair pair) {
        pair.yard.onLoop(() -> {
            equal(pair.port, pair.there.channel().localPort(), "local port there");
            holds(!pair.there.channel().peerHost().isEmpty(), "a host");
            var peer = pair.there.channel().peerHost() + ":" + pair.here.channel().localPort();
            equal(peer, pair.there.channel().peer(), "peer there");
            holds(pair.there.channel().loop().inLoop(), "its loop");
        });
        equal(1, pair.here.opened.get(), "said to be open");
    }

    private void nobody() throws Exception {
        try (var yard = maker.make()) {
            var listening = yard.net().listen(yard.host(), 0, new Party(yard)::accept);
            listening.close();
            var here = new Party(yard);
            yard.until(() -> {
                yard.net().dial(yard.host(), listening.port(), yard.loop(), here);
                yard.until(() -> here.opened.get() + here.closed.size() > 0);
                return !here.closed.isEmpty();
            });
            equal(0, here.frames.size(), "frames");
        }
    }

    private void portTaken() throws Exception {
        try (var yard = maker.make()) {
            var listening = yard.net().listen(yard.host(), 0, new Party(yard)::accept);
            try {
                yard.net().listen(yard.host(), listening.port(), new Party(yard)::accept);
            } catch (Net.NetFault taken) {
                holds(String.valueOf(taken.getMessage()).contains("in use"), taken.toString());
                listening.close();
                return;
            }
            throw new AssertionError("two listeners on one port");
        }
    }

    private Claim claim(String sentence, OnPair check) {
        return new Claim(sentence, () -> {
            try (var yard = maker.make()) {
                var there = new Party(yard);
                var here = new Party(yard);
                var listening = yard.net().listen(yard.host(), 0, there::accept);
                yard.net().dial(yard.host(), listening.port(), yard.loop(), here);
                yard.until(() -> here.isThere() && there.isThere());
                check.run(new Pair(yard, here, there, listening.port()));
                listening.close();
            }
        });
    }

    private static List<Integer> sizes(Party party) {
        synchronized (party.frames) {
            var sizes = new ArrayList<Integer>();
            for (var frame : party.frames)
                sizes.add(frame.length);
            return sizes;
        }
    }

    private static byte[] pattern(int sizeBytes) {
        var bytes = new byte[sizeBytes];
        for (int at = 0; at < sizeBytes; at++)
            bytes[at] = (byte) (at * 31 + (at >> 8) + sizeBytes);
        return bytes;
    }

    private record Pair(Yard yard, Party here, Party there, int port) {}

    private interface OnPair {
        void run(Pair pair) throws DiskFault;
    }
}

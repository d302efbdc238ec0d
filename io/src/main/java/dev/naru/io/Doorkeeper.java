package dev.naru.io;

import dev.naru.base.Trace;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/// Lets nobody in while the process could hardly open another file: who is there goes on being served, who
/// comes waits in the system's queue. Owned by the thread that accepts.
final class Doorkeeper extends ChannelInboundHandlerAdapter {
    private static final long LOOK_AGAIN_MS = 200;

    private final Descriptors descriptors;
    private final Descriptors.Watch watch;
    private final Trace trace;
    private boolean isShut;

    Doorkeeper(Descriptors descriptors, Trace trace) {
        this.descriptors = descriptors;
        this.watch = new Descriptors.Watch(descriptors);
        this.trace = trace;
    }

    @Override public void channelRead(ChannelHandlerContext door, Object arrived) {
        door.fireChannelRead(arrived);
        if (!isShut && watch.isShortAfterOne(System.nanoTime())) shut(door);
    }

    /// Nobody could be let in.
    @Override public void exceptionCaught(ChannelHandlerContext door, Throwable cause) {
        if (!isShut) shut(door);
    }

    private void shut(ChannelHandlerContext door) {
        isShut = true;
        door.channel().config().setAutoRead(false);
        trace.emit(new NetEvent.DoorShut(String.valueOf(door.channel().localAddress()),
            descriptors.limit().getAsLong(), descriptors.left()));
        lookAgain(door);
    }

    private void lookAgain(ChannelHandlerContext door) {
        door.executor().schedule(() -> {
            if (!door.channel().isOpen()) return;
            if (watch.isShort(System.nanoTime())) {
                lookAgain(door);
                return;
            }
            isShut = false;
            trace.emit(
                new NetEvent.DoorOpened(String.valueOf(door.channel().localAddress())));
            door.channel().config().setAutoRead(true);
        }, LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
    }
}

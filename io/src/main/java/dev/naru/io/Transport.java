package dev.naru.io;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/// How sockets are watched. NIO runs anywhere without native code; epoll costs less on Linux.
public enum Transport {
    EPOLL {
        @Override IoHandlerFactory watcher() {
            return EpollIoHandler.newFactory();
        }

        @Override ServerChannel door() {
            return new EpollServerSocketChannel();
        }

        @Override Channel connection() {
            return new EpollSocketChannel();
        }
    },
    NIO {
        @Override IoHandlerFactory watcher() {
            return NioIoHandler.newFactory();
        }

        @Override ServerChannel door() {
            return new NioServerSocketChannel();
        }

        @Override Channel connection() {
            return new NioSocketChannel();
        }
    };

    /// Epoll where it loads, else NIO.
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    abstract IoHandlerFactory watcher();

    abstract ServerChannel door();

    abstract Channel connection();
}

package io.intelligentcache.redis.internal.connection;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Creates daemon threads of Netty's own class that inherit no context, such as inheritable thread locals. Netty has no
 * constructor for that. So a thread without any context creates them.
 */
final class NettyThreads implements ThreadFactory {
  private final String name;
  private final ThreadFactory netty;

  NettyThreads(String name) {
    this.name = name;
    this.netty = new DefaultThreadFactory(name, true);
  }

  @Override
  public Thread newThread(Runnable work) {
    var made = new AtomicReference<Thread>();
    Thread maker = LibraryThreads.of(name + "-maker", () -> made.set(netty.newThread(work)));
    maker.start();
    boolean interrupted = false;
    while (true) {
      try {
        maker.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return requireNonNull(made.get(), "a thread that could not be made");
  }
}

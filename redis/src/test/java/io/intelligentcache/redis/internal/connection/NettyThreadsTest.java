package io.intelligentcache.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.internal.RedisTier;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class NettyThreadsTest {
  private static final InheritableThreadLocal<String> SIGNED_IN = new InheritableThreadLocal<>();

  @Test
  void areOfNettysKindAndInheritNothing() throws Exception {
    var seen = new CompletableFuture<String>();
    var made = new CompletableFuture<Thread>();
    var caller = new Thread(() -> {
      SIGNED_IN.set("alice");
      Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[0]));
      made.complete(new NettyThreads("t").newThread(() -> seen.complete("" + SIGNED_IN.get())));
    });
    caller.start();
    caller.join();
    Thread thread = made.join();
    thread.start();
    assertThat(seen.join()).isEqualTo("null");
    assertThat(thread).isInstanceOf(FastThreadLocalThread.class).matches(Thread::isDaemon);
    assertThat(thread.getContextClassLoader()).isSameAs(RedisTier.class.getClassLoader());
  }

  @Test
  void areMadeForACallerWhoIsInterruptedToo() {
    Thread.currentThread().interrupt();
    assertThat(new NettyThreads("t").newThread(() -> {})).isNotNull();
    assertThat(Thread.interrupted()).isTrue();
  }
}

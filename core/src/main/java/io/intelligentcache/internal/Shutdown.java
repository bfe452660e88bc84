package io.intelligentcache.internal;

import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.concurrent.Uninterruptibles;
import io.intelligentcache.internal.demotion.FinalFlush;
import io.intelligentcache.internal.demotion.WriteBehind;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.ThreadPools;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a manager, within a deadline: those who wait are told, what is in memory goes to disk, the tiers and the
 * threads end.
 *
 * <p>It has a thread of its own, because a codec, a disk or a server may hang. Whoever closes the manager, first or not,
 * waits for that thread until the deadline.
 */
public final class Shutdown {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  /** What the tiers get of the timeout if writing takes all of it: a quarter, but not more than this. */
  private static final long MOST_FOR_TIERS_NANOS = Duration.ofSeconds(2).toNanos();

  private final CacheRuntime runtime;
  private final ThreadPools pools;
  private final @Nullable WriteBehind writeBehind;
  private final Consumer<Consumer<MemoryTable<?, ?>>> tables;
  private final Duration timeout;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Object step = "has begun";
  private volatile @Nullable Thread thread;

  /**
   * Makes it.
   *
   * @param writeBehind ends, too, if there is one
   * @param tables visits the tables of all caches and tenants
   * @param timeout for all of it
   */
  public Shutdown(
      CacheRuntime runtime,
      ThreadPools pools,
      @Nullable WriteBehind writeBehind,
      Consumer<Consumer<MemoryTable<?, ?>>> tables,
      Duration timeout) {
    this.runtime = runtime;
    this.pools = pools;
    this.writeBehind = writeBehind;
    this.tables = tables;
    this.timeout = timeout;
  }

  /** Ends the manager, or waits for the call that does. */
  public void close() {
    long start = System.nanoTime();
    if (runtime.lifecycle().close()) {
      begin(start + timeout.toNanos());
    }
    // A codec that is writing the manager's last entries may close it, too.
    if (Thread.currentThread() != thread
        && !Uninterruptibles.await(ended, start + timeout.toNanos())) {
      log.warn(
          "the cache manager has not closed within {}: it {}. Whatever it waits for, that ends by itself",
          timeout,
          step);
    }
  }

  private void begin(long deadline) {
    Runnable work = () -> {
      thread = Thread.currentThread();
      try {
        end(deadline);
      } finally {
        ended.countDown();
      }
    };
    try {
      LibraryThreads.of("icm-close", work).start();
    } catch (Throwable noThread) {
      work.run();
    }
  }

  private void end(long deadline) {
    long forTiers = Math.min(timeout.toNanos() / 4, MOST_FOR_TIERS_NANOS);
    step("waits for loaders to end", pools::endWaits);
    if (writeBehind != null) {
      step("stops writing behind", writeBehind::close);
    }
    step("waits for changes under way", () -> awaitChanges(deadline - forTiers));
    step("is telling the disk tier", runtime.disk()::closing);
    var writes =
        new FinalFlush(runtime.memory(), runtime.disk(), System::nanoTime, deadline - forTiers);
    step(writes, () -> writes.write(tables));
    step("is closing the disk tier", runtime.disk()::close);
    step("is counting what is lost", writes::report);
    step("is closing Redis", runtime.redis()::close);
    step("is ending its threads", () -> {
      runtime.expiryScheduler().close();
      pools.close();
    });
    letGoOfTheClassLoader();
  }

  /** Later ones are refused, see {@code WritePath}. One that hangs, in a key's {@code equals}, gets half of the time. */
  private void awaitChanges(long deadline) {
    try {
      long patience = (deadline - System.nanoTime()) / 2;
      if (!runtime.locks().awaitChangesInProgress(patience)) {
        log.warn("a change that was under way when the cache manager was closed has not ended");
      }
    } catch (InterruptedException nobodyDoesThat) {
      log.debug("interrupted", nobodyDoesThat);
    }
  }

  /** What fails must not keep the rest from ending. */
  private void step(Object what, Runnable work) {
    step = what;
    try {
      work.run();
    } catch (Throwable failure) {
      Failures.warn(log, "closing the cache manager, it " + what + ", failed; going on", failure);
    }
  }

  /**
   * The JDK keeps the class of the record whose {@code equals} was linked last, and so its class loader: an application that is
   * undeployed would stay. It keeps one, so it is given another.
   */
  private static void letGoOfTheClassLoader() {
    try {
      Object unused = ObjectMethods.bootstrap(
          MethodHandles.lookup(),
          "equals",
          MethodType.methodType(boolean.class, String.class, Object.class),
          String.class,
          "");
    } catch (Throwable anotherJdk) {
      log.debug("the JDK may keep a class of this library", anotherJdk);
    }
  }
}

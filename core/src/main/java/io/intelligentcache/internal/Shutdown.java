package io.intelligentcache.internal;

import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.concurrent.Uninterruptibles;
import io.intelligentcache.internal.demotion.FinalFlush;
import io.intelligentcache.internal.demotion.WriteBehind;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.Tiers;
import io.intelligentcache.tier.Scheduler;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a manager within a deadline: it ends the waits of callers, writes the entries in memory to disk, closes the
 * tiers, and ends the threads.
 *
 * <p>It runs on a thread of its own, because a codec, a disk or a server may hang. Every caller that closes the
 * manager, not only the first one, waits for that thread until the deadline.
 */
public final class Shutdown {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  /** What the tiers get of the timeout if the final flush takes all of it: a quarter, but at most this. */
  private static final long MOST_FOR_TIERS_NANOS = Duration.ofSeconds(2).toNanos();

  private final CacheRuntime runtime;
  private final Scheduler scheduler;
  private final @Nullable WriteBehind writeBehind;
  private final Consumer<Consumer<MemoryTable<?, ?>>> tables;
  private final Duration timeout;
  private final CompletableFuture<?> ended = new CompletableFuture<>();
  private volatile Object step = "has begun";
  private volatile @Nullable Thread thread;

  /**
   * Creates it.
   *
   * @param writeBehind is closed too, if there is one
   * @param tables visits the tables of all caches and tenants
   * @param timeout for the whole shutdown
   */
  public Shutdown(
      CacheRuntime runtime,
      @Nullable WriteBehind writeBehind,
      Consumer<Consumer<MemoryTable<?, ?>>> tables,
      Duration timeout) {
    this.runtime = runtime;
    this.scheduler = runtime.threads().scheduler();
    this.writeBehind = writeBehind;
    this.tables = tables;
    this.timeout = timeout;
  }

  /** Closes the manager, or waits for the call that does so. */
  public void close() {
    long deadline = scheduler.nanos() + timeout.toNanos();
    if (runtime.lifecycle().close()) {
      begin(deadline);
    }
    // A codec that encodes the manager's last entries may call this, too: the shutdown must not
    // wait for itself.
    if (Thread.currentThread() != thread && !Uninterruptibles.await(ended, scheduler, deadline)) {
      log.warn(
          "the cache manager has not closed within {}: it {}. The shutdown goes on in the background",
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
        ended.complete(null);
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
    Tiers tiers = runtime.tiers();
    step("waits for loaders to end", runtime.threads()::endWaits);
    if (writeBehind != null) {
      step("stops writing behind", writeBehind::close);
    }
    step("waits for changes under way", () -> awaitChanges(deadline - forTiers));
    step("is telling the disk tier", tiers.disk()::closing);
    var writes =
        new FinalFlush(tiers.memory(), tiers.disk(), scheduler::nanos, deadline - forTiers);
    step(writes, () -> writes.write(tables));
    step("is closing the disk tier", tiers.disk()::close);
    step("is counting what is lost", writes::report);
    step("is closing Redis", tiers.redis()::close);
    step("is ending its threads", () -> {
      runtime.expiryWork().close();
      runtime.threads().close();
    });
    letGoOfTheClassLoader();
  }

  /**
   * Waits for running changes. Later changes are refused, see {@code WritePath}. A change that hangs, in a key's
   * {@code equals}, gets half of the time that is left.
   */
  private void awaitChanges(long deadline) {
    try {
      long now = scheduler.nanos();
      long half = now + (deadline - now) / 2;
      if (!runtime.locks().awaitChangesInProgress(scheduler::nanos, half)) {
        log.warn("a change that was under way when the cache manager was closed has not ended");
      }
    } catch (InterruptedException nobodyDoesThat) {
      log.debug("interrupted", nobodyDoesThat);
    }
  }

  /** Runs one step. If it fails, the next steps still run. */
  private void step(Object what, Runnable work) {
    step = what;
    try {
      work.run();
    } catch (Throwable failure) {
      Failures.warn(log, "closing the cache manager, it " + what + ", failed; going on", failure);
    }
  }

  /**
   * Makes the JDK release a class loader. The JDK keeps the class of the record whose {@code equals} was linked last,
   * and with it the class loader. So an application that is undeployed would stay in memory. The JDK keeps only one
   * such class: this method gives it another one.
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

package io.intelligentcache.cli.chaos.traffic;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.EntryOptions;
import io.intelligentcache.cli.chaos.fault.FaultProxy;
import io.intelligentcache.cli.chaos.judge.Sweep;
import io.intelligentcache.cli.chaos.traffic.Instance.Life;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes one instance load a row, and an instance change the row while the loader waits with the value
 * that it has read. The change is a put, a removal, a pattern or a clear. A change that is slow to reach
 * Redis arrives after the loaded value. After its race a row is left alone for longer than the bound,
 * and it is read before its next race.
 */
final class Races implements Runnable {
  private static final long LONGEST_LOAD_NANOS = MILLISECONDS.toNanos(100);
  private static final long LONGEST_WAIT_MILLIS = 300;
  private static final long PAUSE_NANOS = MILLISECONDS.toNanos(5);
  private static final int SLOW_OF = 3;
  private static final int SWEEP_OF = 8;
  private static final int CLEAR_OF = 4;

  private final List<Instance> instances;
  private final Lanes lanes;
  private final RestingKeys keys;
  private final boolean slows;
  private final Executor loads;
  private final SplittableRandom random;
  private final AtomicBoolean stop;

  /**
   * Races, one after the other.
   *
   * @param keys hands out rows; other threads may draw from it, too
   * @param slows whether the requests of some writers are slowed; replies are not
   * @param loads runs loads
   * @param stop ends the races when it is set
   */
  Races(
      List<Instance> instances,
      Lanes lanes,
      RestingKeys keys,
      boolean slows,
      Executor loads,
      SplittableRandom random,
      AtomicBoolean stop) {
    this.instances = instances;
    this.lanes = lanes;
    this.keys = keys;
    this.slows = slows;
    this.loads = loads;
    this.random = random;
    this.stop = stop;
  }

  @Override
  public void run() {
    while (!stop.get()) {
      Lane lane = lanes.strictOrAny(random);
      String key = keys.next(lane, lane.keys().raced());
      if (key != null) {
        try {
          race(lane, key);
        } catch (IllegalStateException closed) {
          // a life has ended
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void race(Lane lane, String key) {
    for (Instance each : instances) {
      Life life = each.life();
      if (life != null) {
        lane.read(life, key);
      }
    }
    Instance loader = any();
    Instance writer = any();
    Life loading = loader.life();
    Life writing = writer.life();
    if (loading != null && writing != null) {
      lane.changes().invalidateRow(loader, loading, key);
      var hasRead = new CountDownLatch(1);
      long loadNanos = random.nextLong(LONGEST_LOAD_NANOS);
      CompletableFuture<@Nullable Void> load =
          CompletableFuture.runAsync(() -> load(lane, loading, key, hasRead, loadNanos), loads);
      if (meets(hasRead)) {
        LockSupport.parkNanos(random.nextLong(loadNanos + 1));
        change(lane, writer, writing, key);
      }
      load.join();
    }
  }

  private Instance any() {
    return instances.get(random.nextInt(instances.size()));
  }

  private static void load(
      Lane lane, Life life, String key, CountDownLatch hasRead, long waitNanos) {
    try {
      lane.read(life, key, loaded -> {
        String row = lane.database().row(loaded);
        hasRead.countDown();
        LockSupport.parkNanos(waitNanos);
        return row;
      });
    } catch (IllegalStateException closed) {
      // its life has ended
    }
  }

  /**
   * Whether the loader is called in time. It is not called if another instance
   * loads, or if Redis is unavailable.
   */
  private static boolean meets(CountDownLatch hasRead) {
    try {
      return hasRead.await(LONGEST_WAIT_MILLIS, MILLISECONDS);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void change(Lane lane, Instance writer, Life life, String key) {
    FaultProxy proxy = writer.proxy();
    if (!slows || proxy == null || random.nextInt(SLOW_OF) != 0) {
      change(lane.changes(), writer, life, key);
      return;
    }
    proxy.beginRace();
    try {
      change(lane.changes(), writer, life, key);
    } finally {
      proxy.endRace();
    }
  }

  private void change(Changes changes, Instance writer, Life life, String key) {
    if (random.nextInt(SWEEP_OF) == 0) {
      Sweep sweep = random.nextInt(CLEAR_OF) == 0 ? Sweep.ofAll() : Sweep.of(key);
      changes.sweep(writer, life, sweep);
    } else if (random.nextBoolean()) {
      changes.putRow(writer, life, key, EntryOptions.defaults());
    } else {
      changes.invalidateRow(writer, life, key);
    }
  }
}

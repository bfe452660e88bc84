package io.intelligentcache.cli.chaos.traffic;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.EntryOptions;
import io.intelligentcache.cli.chaos.judge.Sweep;
import io.intelligentcache.cli.chaos.traffic.Instance.Life;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Puts and removes keys through one instance, some dozens a second. Sometimes
 * it removes many keys at once.
 */
final class Writer implements Runnable {
  private static final long LONGEST_PAUSE_NANOS = MILLISECONDS.toNanos(20);
  private static final int SWEEP_OF = 200; // of this many writes, one is a sweep
  private static final int PERCENT = 100;
  private static final int REMOVED_PERCENT = 30;
  private static final int EXPIRING_PERCENT = 20;
  private static final int SHORTEST_TTL_MILLIS = 500;
  private static final int LONGEST_TTL_MILLIS = 4_000;

  private final Instance instance;
  private final Lanes lanes;
  private final SplittableRandom random;
  private final AtomicBoolean stop;

  /**
   * A writer.
   *
   * @param stop ends the writer when it is set
   */
  Writer(Instance instance, Lanes lanes, SplittableRandom random, AtomicBoolean stop) {
    this.instance = instance;
    this.lanes = lanes;
    this.random = random;
    this.stop = stop;
  }

  @Override
  public void run() {
    while (!stop.get()) {
      Life life = instance.life();
      if (life != null) {
        Lane lane = lanes.any(random);
        if (random.nextInt(SWEEP_OF) == 0) {
          lane.changes().sweep(instance, life, Sweep.any(random));
        } else {
          write(life, lane, lane.keys().toWrite(random, lane.turn()));
        }
      }
      LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE_NANOS));
    }
  }

  private void write(Life life, Lane lane, String key) {
    boolean removes = random.nextInt(PERCENT) < REMOVED_PERCENT;
    Duration ttl = removes ? null : ttl();
    Changes changes = lane.changes();
    if (!lane.database().hasRow(key)) {
      if (removes) {
        changes.remove(life, key);
      } else {
        changes.put(life, key, ttl);
      }
    } else if (removes) {
      changes.invalidateRow(instance, life, key);
    } else {
      changes.putRow(
          instance, life, key, ttl == null ? EntryOptions.defaults() : EntryOptions.ttl(ttl));
    }
  }

  private @Nullable Duration ttl() {
    return random.nextInt(PERCENT) < EXPIRING_PERCENT
        ? Duration.ofMillis(random.nextInt(SHORTEST_TTL_MILLIS, LONGEST_TTL_MILLIS))
        : null;
  }
}

package io.intelligentcache.cli.chaos;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.EntryOptions;
import io.intelligentcache.cli.chaos.Instance.Life;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Puts and removes through one instance, key after key, some dozens a second. */
final class Writer implements Runnable {
  private static final long LONGEST_PAUSE_NANOS = MILLISECONDS.toNanos(30);
  private static final int PERCENT = 100;
  private static final int REMOVED_PERCENT = 30;
  private static final int EXPIRING_PERCENT = 20;
  private static final int SHORTEST_TTL_MILLIS = 500;
  private static final int LONGEST_TTL_MILLIS = 4_000;

  private final Instance instance;
  private final Keys keys;
  private final Database database;
  private final Changes changes;
  private final SplittableRandom random;
  private final AtomicBoolean stop;

  /**
   * A writer.
   *
   * @param stop ends it when set
   */
  Writer(
      Instance instance,
      Keys keys,
      Database database,
      Changes changes,
      SplittableRandom random,
      AtomicBoolean stop) {
    this.instance = instance;
    this.keys = keys;
    this.database = database;
    this.changes = changes;
    this.random = random;
    this.stop = stop;
  }

  @Override
  public void run() {
    while (!stop.get()) {
      Life life = instance.life();
      if (life != null) {
        write(life, keys.any(random));
      }
      LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE_NANOS));
    }
  }

  private void write(Life life, String key) {
    boolean row = database.hasRow(key);
    if (random.nextInt(PERCENT) < REMOVED_PERCENT) {
      if (row) {
        changes.invalidateRow(instance, life, key);
      } else {
        changes.remove(life, key);
      }
    } else if (row) {
      changes.putRow(instance, life, key, options());
    } else {
      changes.put(life, key, options());
    }
  }

  private EntryOptions options() {
    return random.nextInt(PERCENT) < EXPIRING_PERCENT
        ? EntryOptions.ttl(
            Duration.ofMillis(random.nextInt(SHORTEST_TTL_MILLIS, LONGEST_TTL_MILLIS)))
        : EntryOptions.defaults();
  }
}

package io.intelligentcache.cli.chaos;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import io.intelligentcache.LoadException;
import io.intelligentcache.cli.chaos.Instance.Life;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads one instance, key after key, in bursts. A read that finds nothing ends a burst: while Redis is
 * away such reads cost nothing, tell nothing, and would be most of all.
 */
final class Reader implements Runnable {
  private static final int READS_AT_ONCE = 10;
  private static final long PAUSE_NANOS = MICROSECONDS.toNanos(1_000);

  /** One read of a row in so many brings no loader. */
  private static final int WITHOUT_LOADER = 8;

  private final Instance instance;
  private final Keys keys;
  private final Database database;
  private final Ledger ledger;
  private final LongAdder failed;
  private final SplittableRandom random;
  private final AtomicBoolean stop;

  /**
   * A reader.
   *
   * @param failed counts reads whose load failed or came too late
   * @param stop ends it when set
   */
  Reader(
      Instance instance,
      Keys keys,
      Database database,
      Ledger ledger,
      LongAdder failed,
      SplittableRandom random,
      AtomicBoolean stop) {
    this.instance = instance;
    this.keys = keys;
    this.database = database;
    this.ledger = ledger;
    this.failed = failed;
    this.random = random;
    this.stop = stop;
  }

  @Override
  public void run() {
    while (!stop.get()) {
      boolean found = true;
      for (int i = 0; i < READS_AT_ONCE && found; i++) {
        Life life = instance.life();
        found = life != null && finds(life, keys.any(random));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private boolean finds(Life life, String key) {
    boolean loads = database.hasRow(key) && random.nextInt(WITHOUT_LOADER) != 0;
    long start = ledger.now();
    try {
      String text = loads ? life.cache().get(key, database::load) : life.cache().get(key);
      judge(life, key, start, text, loads);
      return text != null;
    } catch (LoadException failure) {
      failed.increment();
    } catch (IllegalStateException closed) {
      // its life has ended
    }
    return false;
  }

  private void judge(Life life, String key, long start, @Nullable String text, boolean loads) {
    if (text == null && loads && life.equals(instance.life())) {
      ledger.lostRow(key, life.number(), start);
    } else {
      ledger.judge(key, life.number(), start, text);
    }
  }
}

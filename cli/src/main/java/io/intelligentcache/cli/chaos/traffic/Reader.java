package io.intelligentcache.cli.chaos.traffic;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import io.intelligentcache.LoadException;
import io.intelligentcache.TieredCache;
import io.intelligentcache.cli.chaos.judge.Heard;
import io.intelligentcache.cli.chaos.traffic.Instance.Life;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads keys from one instance, in bursts. A read that finds nothing ends a burst. The reason: while
 * Redis is unreachable such reads are fast and show nothing, and they would be the majority.
 */
final class Reader implements Runnable {
  private static final int READS_AT_ONCE = 10;
  private static final long PAUSE_NANOS = MICROSECONDS.toNanos(1_000);

  /** Of this many reads of a row, one uses no loader. */
  private static final int WITHOUT_LOADER = 8;

  /** Of this many reads, one asks first what the instance has received. That costs more than a hit. */
  private static final int LISTENING_OF = 16;

  private final Instance instance;
  private final Lanes lanes;
  private final LongAdder failed;
  private final SplittableRandom random;
  private final AtomicBoolean stop;

  /**
   * A reader.
   *
   * @param failed counts reads whose load failed or timed out
   * @param stop ends the reader when it is set
   */
  Reader(
      Instance instance,
      Lanes lanes,
      LongAdder failed,
      SplittableRandom random,
      AtomicBoolean stop) {
    this.instance = instance;
    this.lanes = lanes;
    this.failed = failed;
    this.random = random;
    this.stop = stop;
  }

  @Override
  public void run() {
    while (!stop.get()) {
      boolean found = true;
      Lane lane = lanes.any(random);
      for (int i = 0; i < READS_AT_ONCE && found; i++) {
        Life life = instance.life();
        found = life != null && finds(life, lane, lane.keys().toRead(random, lane.turn()));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private boolean finds(Life life, Lane lane, String key) {
    Database database = lane.database();
    TieredCache<String, String> cache = life.cache(lane.policy());
    boolean loads = database.hasRow(key) && random.nextInt(WITHOUT_LOADER) != 0;
    try {
      Heard heard = random.nextInt(LISTENING_OF) == 0
          ? life.ear().listen(life.manager(), lanes)
          : Heard.NOTHING;
      long start = lanes.now();
      String text = loads ? cache.get(key, database::load) : cache.get(key);
      if (text == null && loads && life.equals(instance.life())) {
        lane.ledger().lostRow(key, life.number(), start);
      } else {
        lane.ledger().judge(key, life.number(), start, text, heard);
      }
      return text != null;
    } catch (LoadException failure) {
      failed.increment();
    } catch (IllegalStateException closed) {
      // its life has ended
    }
    return false;
  }
}

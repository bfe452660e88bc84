package io.intelligentcache.cli.replay;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.MemoryTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Replays the requests of a trace through a memory engine, the same that caches use. A miss puts the
 * value, as a cache with a loader would.
 */
final class Replay {
  /** The number of requests between two reports of progress. */
  static final int STEP = 1 << 14;

  private static final Boolean VALUE = true;

  private final Trace trace;
  private final TtlMode ttls;
  private final Expiries expiries;
  private final MemoryEngine engine;
  private final MemoryTable<Object, Boolean> table;

  /** The time of the present request, relative to the first one. */
  private long now;

  Replay(Trace trace, PolicyChoice policy, long capacity, TtlMode ttls) {
    this.trace = trace;
    this.ttls = ttls;
    this.expiries = trace.expiries();
    this.engine = new MemoryEngine(
        capacity, policy.create(), ttls == TtlMode.PROMPT ? () -> now : () -> 0, Runnable::run);
    this.table = engine.newTable(this::evicted);
  }

  /**
   * Replays all requests in order.
   *
   * @param phases how many windows of equal length are counted separately; at least 1
   * @param progress receives the number of requests done, from time to time
   * @return the count of each window
   */
  List<HitCount> run(int phases, IntConsumer progress) {
    List<HitCount> counts = new ArrayList<>(phases);
    for (long phase = 0; phase < phases; phase++) {
      int from = (int) (trace.requests() * phase / phases);
      int to = (int) (trace.requests() * (phase + 1) / phases);
      counts.add(run(from, to, progress));
    }
    return counts;
  }

  private HitCount run(int from, int to, IntConsumer progress) {
    long hits = 0;
    long hitBytes = 0;
    long allBytes = 0;
    for (int i = from; i < to; i++) {
      if (i % STEP == 0) {
        progress.accept(i);
      }
      int key = trace.key(i);
      long bytes = trace.bytes(key);
      allBytes += bytes;
      if (request(i, key)) {
        hits++;
        hitBytes += bytes;
      }
    }
    return new HitCount(to - from, hits, allBytes, hitBytes);
  }

  private boolean request(int request, int number) {
    long ttl = 0;
    if (ttls != TtlMode.NONE) {
      now = MILLISECONDS.toNanos(expiries.millis(request));
      ttl = MILLISECONDS.toNanos(expiries.ttlMillis(request));
    }
    Object key = trace.keyNumbered(number);
    MemoryEntry<Object, Boolean> entry = table.peek(key);
    if (entry != null && (!entry.expires() || entry.remainingNanos(now) > 0)) {
      table.touch(entry);
      return true;
    }
    long weight = trace.weight(number);
    if (entry != null) {
      table.discard(entry);
    }
    table.put(
        ttl == 0
            ? table.lasting(key, VALUE, weight, false)
            : table.expiring(key, VALUE, weight, now + ttl, false));
    engine.settle();
    return false;
  }

  private void evicted(MemoryEntry<Object, Boolean> entry) {
    table.discard(entry);
  }
}

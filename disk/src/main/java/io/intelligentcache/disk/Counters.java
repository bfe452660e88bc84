package io.intelligentcache.disk;

import java.util.concurrent.atomic.LongAdder;

/** What the tier did since it was opened. */
final class Counters {
  final LongAdder hits = new LongAdder();
  final LongAdder misses = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder declined = new LongAdder();
  final LongAdder writes = new LongAdder();
  final LongAdder removals = new LongAdder();
  final LongAdder evictions = new LongAdder();
  final LongAdder rewrites = new LongAdder();
  final LongAdder expirations = new LongAdder();
  final LongAdder damaged = new LongAdder();
  final LongAdder lost = new LongAdder();
}

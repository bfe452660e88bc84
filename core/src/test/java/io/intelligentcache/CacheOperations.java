package io.intelligentcache;

import io.intelligentcache.internal.concurrent.TimerThread;
import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.TimeSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever threads do to a cache, each sees what a map under one lock would show. */
@Param(name = "key", gen = IntGen.class, conf = "1:4")
@Param(name = "value", gen = IntGen.class, conf = "1:100")
@ExtendWith(Effort.class)
@Timeout(7_200)
@Tag("lincheck")
public abstract class CacheOperations {
  private static final int ITERATIONS = Effort.of(10, 100, "scenarios");
  private static final int INVOCATIONS = Effort.of(250, 3_000, "runs of each");

  /** Lincheck makes thousands of caches and closes none. With a timer thread of its own each, they slow each other down. */
  private static final Scheduler TIMER = new TimerThread("lincheck-timer");

  /** The manager of the run before. If nobody closed them, the step threads of hundreds of managers would be alive. */
  private static final AtomicReference<@Nullable TieredCacheManager> BEFORE =
      new AtomicReference<>();

  final TieredCacheManager manager;
  private final TieredCache<Integer, Integer> cache;

  public CacheOperations(TieredCacheManager.Builder tiers) {
    this.manager = tiers.time(TimeSource.SYSTEM, TIMER).build();
    this.cache = manager.cache("c", Integer.class, Integer.class);
    TieredCacheManager before = BEFORE.getAndSet(manager);
    if (before != null) {
      before.close();
    }
  }

  @Operation
  public @Nullable Integer get(@Param(name = "key") int key) {
    return cache.get(key);
  }

  @Operation
  public void put(@Param(name = "key") int key, @Param(name = "value") int value) {
    cache.put(key, value);
  }

  @Operation
  public void invalidate(@Param(name = "key") int key) {
    cache.invalidate(key);
  }

  @Operation
  public @Nullable Integer putIfAbsent(
      @Param(name = "key") int key, @Param(name = "value") int value) {
    return cache.putIfAbsent(key, value);
  }

  @Operation
  public @Nullable Integer getAndRemove(@Param(name = "key") int key) {
    return cache.getAndRemove(key);
  }

  @Operation
  public @Nullable Integer increment(@Param(name = "key") int key) {
    return cache.compute(key, (k, there) -> there == null ? 1 : there + 1);
  }

  @Test
  void isLinearizable() {
    new StressOptions()
        .iterations(ITERATIONS)
        .invocationsPerIteration(INVOCATIONS)
        .threads(3)
        .actorsPerThread(3)
        .sequentialSpecification(
            OneMap.class) // else Lincheck makes caches to find out what is right
        .check(getClass());
  }

  /** What the operations do, one after the other. */
  public static final class OneMap {
    private final Map<Integer, Integer> map = new HashMap<>();

    public @Nullable Integer get(int key) {
      return map.get(key);
    }

    public void put(int key, int value) {
      map.put(key, value);
    }

    public void invalidate(int key) {
      map.remove(key);
    }

    public @Nullable Integer putIfAbsent(int key, int value) {
      return map.putIfAbsent(key, value);
    }

    public @Nullable Integer getAndRemove(int key) {
      return map.remove(key);
    }

    public @Nullable Integer increment(int key) {
      return map.merge(key, 1, Integer::sum);
    }

    /** Of {@link SavingLincheckTest}. */
    public void save() {}
  }
}

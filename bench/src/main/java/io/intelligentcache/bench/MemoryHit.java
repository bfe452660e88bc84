package io.intelligentcache.bench;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reads of a memory tier that has everything: 65,536 string keys, asked for by Zipf's law. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MemoryHit {
  private static final int KEYS = 1 << 16;
  private static final int REQUESTS = 1 << 20;
  private static final double SKEW = 0.99;
  private static final int VALUE_CHARACTERS = 100;
  private static final int MEGABYTES = 256;

  /** Whose hits are measured. */
  @Param
  public Contender contender = Contender.MAP;

  private @Nullable CacheUnderTest cache;
  private String[] requests = {};

  /** Where a thread is in the requests; each starts elsewhere. */
  @State(Scope.Thread)
  public static class Position {
    private int next = new SplittableRandom().nextInt(REQUESTS);

    /** Made by JMH. */
    public Position() {}
  }

  /** Made by JMH. */
  public MemoryHit() {}

  /** Fills the cache, and draws the requests. */
  @Setup(Level.Trial)
  public void fill() {
    CacheUnderTest filled = contender.open(MEGABYTES);
    var keys = new String[KEYS];
    for (int i = 0; i < KEYS; i++) {
      keys[i] = "user:" + i;
      filled.put(keys[i], "v".repeat(VALUE_CHARACTERS));
    }
    var random = new SplittableRandom(1);
    var zipf = new Zipf(KEYS, SKEW);
    requests = new String[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      requests[i] = keys[zipf.next(random)];
    }
    cache = filled;
  }

  /** Ends the cache. */
  @TearDown(Level.Trial)
  public void close() {
    if (cache != null) {
      cache.close();
    }
  }

  /**
   * One read.
   *
   * @param position of this thread
   * @return the value
   */
  @Benchmark
  public String get(Position position) {
    String key = requests[position.next++ & (REQUESTS - 1)];
    String value = cache == null ? null : cache.get(key);
    if (value == null) {
      throw new IllegalStateException("a miss where everything is there: " + key);
    }
    return value;
  }
}

package io.intelligentcache.bench.memory;

import io.intelligentcache.bench.memory.peers.BareMap;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * The timed workloads: one method each, with the name of its {@link Workload}. Keys, values and requests
 * are created before the measurement, so that all measured allocations are the cache's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MemoryWorkloads {
  /** Few enough to stay in the processor's cache, because the access to values is not to be measured. */
  private static final int VALUES = 1 << 10;

  /** Of this many operations in the mixed workload, one is a put. */
  private static final int MIXED_PUT_EVERY = 4;

  /** The measured contender. */
  @Param
  public Contender contender = Contender.MAP;

  private CacheUnderTest cache = new BareMap();
  private String[] requests = {};
  private String[] values = {};

  /** The position of a thread in its share of the requests. The shares of threads do not overlap. */
  @State(Scope.Thread)
  public static class Walk {
    private int first;
    private int end;
    private int at;

    /** Called by JMH. */
    public Walk() {}

    /**
     * Takes a share of the requests.
     *
     * @param threads the index of this thread, and the number of threads
     */
    @Setup(Level.Trial)
    public void begin(ThreadParams threads) {
      begin(threads.getThreadIndex(), threads.getThreadCount());
    }

    void begin(int thread, int threads) {
      first = share(thread, threads);
      end = share(thread + 1, threads);
      at = first;
    }

    private static int share(int thread, int threads) {
      return (int) ((long) Workload.REQUESTS * thread / threads);
    }

    int next() {
      int here = at;
      at = here + 1 == end ? first : here + 1;
      return here;
    }
  }

  /** Counts the hits and misses of a thread. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Reached {
    /** Reads that found a value. */
    public long hits;

    /** Reads that found none. */
    public long misses;

    /** Called by JMH. */
    public Reached() {}
  }

  /** Called by JMH. */
  public MemoryWorkloads() {}

  /**
   * Draws the requests, and puts every key once.
   *
   * @param running the benchmark method
   */
  @Setup(Level.Trial)
  public void open(BenchmarkParams running) {
    String name = running.getBenchmark();
    open(Workload.valueOf(name.substring(name.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT)));
  }

  void open(Workload workload) {
    open(workload, contender.open(workload.capacity()));
  }

  void open(Workload workload, CacheUnderTest opened) {
    String[] keys = workload.keys();
    requests = workload.requests(keys);
    values = Entries.values(VALUES);
    cache = opened;
    for (int i = 0; i < keys.length; i++) {
      cache.put(keys[i], value(i));
    }
  }

  /** Closes the cache. */
  @TearDown(Level.Trial)
  public void close() {
    cache.close();
  }

  /**
   * A read that finds its key.
   *
   * @param walk the position of this thread
   * @return the value
   */
  @Benchmark
  public String read(Walk walk) {
    return present(requests[walk.next()]);
  }

  /**
   * A read that finds its key, or an overwrite.
   *
   * @param walk the position of this thread
   * @return the value read or put
   */
  @Benchmark
  public String mixed(Walk walk) {
    int at = walk.next();
    return at % MIXED_PUT_EVERY == 0 ? put(at) : present(requests[at]);
  }

  /**
   * A put of a key that was most likely evicted since its last put.
   *
   * @param walk the position of this thread
   * @return the value put
   */
  @Benchmark
  public String write(Walk walk) {
    return put(walk.next());
  }

  /**
   * A read, and a put if it was a miss.
   *
   * @param walk the position of this thread
   * @param reached the counters of this thread
   * @return the value read or put
   */
  @Benchmark
  public String loading(Walk walk, Reached reached) {
    int at = walk.next();
    String value = cache.get(requests[at]);
    if (value == null) {
      reached.misses++;
      return put(at);
    }
    reached.hits++;
    return value;
  }

  private String put(int at) {
    String value = value(at);
    cache.put(requests[at], value);
    return value;
  }

  private String present(String key) {
    @Nullable String value = cache.get(key);
    if (value == null) {
      throw new IllegalStateException("a miss although every key was put: " + key);
    }
    return value;
  }

  private String value(int at) {
    return values[at & (VALUES - 1)];
  }
}

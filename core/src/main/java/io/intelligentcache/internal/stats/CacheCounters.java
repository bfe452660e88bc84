package io.intelligentcache.internal.stats;

import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.stats.CoherenceStats;
import io.intelligentcache.stats.FreshnessStats;
import io.intelligentcache.stats.ListenerStats;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The counters behind {@link CacheStats}. Adding takes no lock, and allocates nothing but a counter at the first event of
 * its kind: most tenants see few kinds.
 */
public final class CacheCounters {
  /** What is counted. */
  public enum Event {
    /** A request answered from disk. */
    DISK_HIT,
    /** A request answered from Redis. */
    REDIS_HIT,
    /** A request that ran the loader. */
    LOAD,
    /** A request that shared a load. */
    COALESCED,
    /** A request that nobody could answer. */
    ABSENT,
    /** A load that failed. */
    LOAD_FAILURE,
    /** A nanosecond of loading. */
    LOAD_NANO,
    /** A request answered with a value past its TTL. */
    STALE,
    /** A request answered by a cached absence. */
    KNOWN_ABSENT,
    /** A load in the background, to have a value fresh again. */
    REFRESH,
    /** A refresh that failed. */
    REFRESH_FAILURE,
    /** A refresh that found no room in the queue. */
    REFRESH_DROPPED,
    /** An event that a listener was told of, and threw. */
    LISTENER_FAILURE,
    /** An event that found no room in the queue of those to be told. */
    EVENT_DROPPED,
    /** A value put. */
    PUT,
    /** A value loaded by warming. */
    WARMED,
    /** A key invalidated. */
    INVALIDATION,
    /** An entry that left memory for room. */
    EVICTION,
    /** An entry written to disk. */
    DEMOTION,
    /** An entry copied up into memory. */
    PROMOTION,
    /** A copy that Redis said is what it has. */
    CONFIRMED,
    /** A copy that Redis said is not what it has. */
    OUTDATED,
    /** A copy answered though Redis could not be asked. */
    UNCONFIRMED,
    /** An entry found expired. */
    EXPIRATION,
    /** An item that the codec could not read. */
    UNREADABLE,
    /** A value that the codec could not write. */
    UNWRITABLE,
    /** A byte before compression. */
    RAW_BYTE,
    /** A byte after compression. */
    ENCODED_BYTE
  }

  private static final int EVENTS = Event.values().length;
  private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(LongAdder[].class);

  private final LongAdder memoryHits;

  /** By {@link Event}; read and written through {@link #COUNT}. */
  private final @Nullable LongAdder[] counts = new LongAdder[EVENTS];

  /** Counts, too, what this does; null if there is none. */
  private final @Nullable CacheCounters sum;

  /** Counts in place of this, while it is not null. */
  private volatile @Nullable CacheCounters other;

  /** Makes the counters, all zero. */
  public CacheCounters() {
    this(new LongAdder());
  }

  /**
   * Makes the counters, all zero but hits in memory.
   *
   * @param memoryHits counts those; outlives these counters, for a hit that comes after {@link #handOverTo}
   */
  public CacheCounters(LongAdder memoryHits) {
    this.memoryHits = memoryHits;
    this.sum = null;
  }

  /**
   * Makes counters, all zero, that are a part of others.
   *
   * @param sum counts, too, what these do
   */
  public CacheCounters(CacheCounters sum) {
    this.memoryHits = new LongAdder();
    this.sum = sum;
  }

  /** Counts a request answered from memory: apart from the others, because it must be cheapest. */
  public void memoryHit() {
    memoryHits.increment();
  }

  /**
   * Counts an event.
   *
   * @param event what happened
   */
  public void add(Event event) {
    add(event, 1);
  }

  /**
   * Counts an event that happened many times.
   *
   * @param event what happened
   * @param times how often
   */
  public void add(Event event, long times) {
    CacheCounters instead = other;
    if (instead != null) {
      instead.add(event, times);
      return;
    }
    add(event.ordinal(), times);
    CacheCounters heir = other;
    if (heir != null) { // it has come between the two
      give(heir);
    }
  }

  /**
   * Has others count what this has counted and will count: this is zero afterwards. A hit in memory that comes later stays here.
   *
   * @param heir the others; null to count here again
   */
  public void handOverTo(@Nullable CacheCounters heir) {
    other = heir;
    if (heir != null) {
      heir.addHits(memoryHits.sumThenReset());
      give(heir);
    }
  }

  private void give(CacheCounters heir) {
    for (int event = 0; event < EVENTS; event++) {
      LongAdder count = count(event);
      long times = count == null ? 0 : count.sumThenReset();
      if (times != 0) {
        heir.add(event, times);
      }
    }
  }

  /**
   * Counts requests answered from memory that were counted elsewhere.
   *
   * @param times how many
   */
  public void addHits(long times) {
    memoryHits.add(times);
    if (sum != null) {
      sum.addHits(times);
    }
  }

  /**
   * Adds what others have counted up to about this instant.
   *
   * @param others stay as they are
   */
  public void add(CacheCounters others) {
    addHits(others.memoryHits.sum());
    for (int event = 0; event < EVENTS; event++) {
      long times = others.sum(event);
      if (times != 0) {
        add(event, times);
      }
    }
  }

  private void add(int event, long times) {
    LongAdder count = count(event);
    if (count == null) {
      var first = new LongAdder();
      var other = (@Nullable LongAdder) COUNT.compareAndExchange(counts, event, null, first);
      count = other == null ? first : other;
    }
    count.add(times);
    if (sum != null) {
      sum.add(event, times);
    }
  }

  private @Nullable LongAdder count(int event) {
    return (LongAdder) COUNT.getAcquire(counts, event);
  }

  /**
   * Reads the counters.
   *
   * @param entries entries in memory at this instant
   * @return their values
   */
  public CacheStats snapshot(long entries) {
    return new CacheStats(
        memoryHits.sum(),
        sum(Event.DISK_HIT),
        sum(Event.REDIS_HIT),
        sum(Event.LOAD),
        sum(Event.COALESCED),
        sum(Event.ABSENT),
        sum(Event.LOAD_FAILURE),
        sum(Event.LOAD_NANO),
        sum(Event.PUT),
        sum(Event.WARMED),
        sum(Event.INVALIDATION),
        sum(Event.EVICTION),
        sum(Event.DEMOTION),
        sum(Event.PROMOTION),
        sum(Event.EXPIRATION),
        sum(Event.UNREADABLE),
        sum(Event.UNWRITABLE),
        sum(Event.RAW_BYTE),
        sum(Event.ENCODED_BYTE),
        new FreshnessStats(
            sum(Event.STALE),
            sum(Event.KNOWN_ABSENT),
            sum(Event.REFRESH),
            sum(Event.REFRESH_FAILURE),
            sum(Event.REFRESH_DROPPED)),
        new CoherenceStats(sum(Event.CONFIRMED), sum(Event.OUTDATED), sum(Event.UNCONFIRMED)),
        new ListenerStats(sum(Event.LISTENER_FAILURE), sum(Event.EVENT_DROPPED)),
        entries);
  }

  private long sum(Event event) {
    return sum(event.ordinal());
  }

  private long sum(int event) {
    LongAdder count = count(event);
    return count == null ? 0 : count.sum();
  }
}

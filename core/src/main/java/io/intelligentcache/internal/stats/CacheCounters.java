package io.intelligentcache.internal.stats;

import io.intelligentcache.stats.CacheStats;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The counters behind {@link CacheStats}. Counting takes no lock, and allocates only a counter at the first
 * event of its kind: most tenants have few kinds of events.
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
    /** A request that neither a tier nor a loader could answer. */
    ABSENT,
    /** A load that failed. */
    LOAD_FAILURE,
    /** A nanosecond of loading. */
    LOAD_NANO,
    /** A request answered with a value past its TTL. */
    STALE,
    /** A request answered by a cached absence. */
    KNOWN_ABSENT,
    /** A load in the background, to refresh a value. */
    REFRESH,
    /** A refresh that failed. */
    REFRESH_FAILURE,
    /** A refresh that was dropped because the queue was full. */
    REFRESH_DROPPED,
    /** An event for which the listener threw. */
    LISTENER_FAILURE,
    /** An event that was dropped because the listener's queue was full. */
    EVENT_DROPPED,
    /** A value put. */
    PUT,
    /** A value loaded by warming. */
    WARMED,
    /** A key invalidated. */
    INVALIDATION,
    /** An entry evicted from memory for room. */
    EVICTION,
    /** An entry written to disk. */
    DEMOTION,
    /** An entry promoted to memory. */
    PROMOTION,
    /** A copy that Redis confirmed. */
    CONFIRMED,
    /** A copy that Redis reported as outdated. */
    OUTDATED,
    /** A copy that was answered although Redis could not be asked. */
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

  /** By {@link Event}; accessed through {@link #COUNT}. */
  private final @Nullable LongAdder[] counts = new LongAdder[EVENTS];

  /** Counters that count the same events as these, too; null if there are none. */
  private final @Nullable CacheCounters sum;

  /** Counters that count in place of these, while it is not null. */
  private volatile @Nullable CacheCounters other;

  /** Makes the counters, all zero. */
  public CacheCounters() {
    this(new LongAdder());
  }

  /**
   * Makes the counters, all zero except memory hits.
   *
   * @param memoryHits counts memory hits; outlives these counters, for a hit that is counted after {@link
   *     #handOverTo}
   */
  public CacheCounters(LongAdder memoryHits) {
    this.memoryHits = memoryHits;
    this.sum = null;
  }

  /**
   * Makes counters, all zero, that are a part of others.
   *
   * @param sum counts every event of these counters, too
   */
  public CacheCounters(CacheCounters sum) {
    this.memoryHits = new LongAdder();
    this.sum = sum;
  }

  /** Counts a request answered from memory. Separate from the other events, because it must be cheapest. */
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
    if (heir != null) { // handed over since the check above
      give(heir);
    }
  }

  /**
   * Hands over to other counters: what these have counted is added there, and later events are counted there.
   * These are zero afterwards. A memory hit that is counted later stays here.
   *
   * @param heir the other counters; null to count here again
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
   * Adds the counts of others up to about this instant.
   *
   * @param others are not changed
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
    return new CacheCounts(
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
        new CacheCounts.Freshness(
            sum(Event.STALE),
            sum(Event.KNOWN_ABSENT),
            sum(Event.REFRESH),
            sum(Event.REFRESH_FAILURE),
            sum(Event.REFRESH_DROPPED)),
        new CacheCounts.Coherence(
            sum(Event.CONFIRMED), sum(Event.OUTDATED), sum(Event.UNCONFIRMED)),
        new CacheCounts.Listeners(sum(Event.LISTENER_FAILURE), sum(Event.EVENT_DROPPED)),
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

package io.intelligentcache.stats;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link CacheStats}. Adding takes no lock and allocates nothing. */
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

  private final LongAdder memoryHits = new LongAdder();
  private final LongAdder[] counts = new LongAdder[Event.values().length];

  /** Makes the counters, all zero. */
  public CacheCounters() {
    Arrays.setAll(counts, event -> new LongAdder());
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
    counts[event.ordinal()].add(times);
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
    return counts[event.ordinal()].sum();
  }
}

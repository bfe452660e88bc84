package io.intelligentcache.internal.read;

import io.intelligentcache.Found;
import io.intelligentcache.Found.State;
import io.intelligentcache.Freshness;
import io.intelligentcache.internal.memory.AgeingEntry;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.MemoryEntry.Stage;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.ExpiryPolicy;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.ReadRequest;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import org.jspecify.annotations.Nullable;

/**
 * Answers reads from memory that need more than the value: the entry needs a refresh, is past its TTL, or records an
 * absence; or the caller wants to know the age of the value.
 */
final class StaleEntryHandler<K, V> {
  private final Keyspace<K, V> space;
  private final BackgroundRefresh<K, V> refreshes;

  StaleEntryHandler(Keyspace<K, V> space, BackgroundRefresh<K, V> refreshes) {
    this.space = space;
    this.refreshes = refreshes;
  }

  /** The answer that memory can give at once, counted if it answers a request; null if there is none. */
  @Nullable
  Found<V> answer(K key, ReadRequest<K, V> request) {
    space.requireOpen();
    MemoryEntry<K, V> entry = space.table.peek(key);
    if (entry == null) {
      return null;
    }
    long now = space.runtime.time().nanos();
    boolean suspect =
        space.isSuspect(entry); // then the search asks Redis whether it is still right
    return switch (entry.stage(now)) {
      case FRESH -> suspect ? null : fresh(entry, request, now);
      case STALE -> suspect ? null : stale(entry, request, now);
      case GONE -> {
        space.expire(entry);
        yield null;
      }
    };
  }

  /** The answer of memory to a caller that only looks; null if there is no fresh entry. Counts nothing. */
  @Nullable
  Found<V> peek(K key) {
    space.requireOpen();
    MemoryEntry<K, V> entry = space.table.peek(key);
    if (entry == null || !space.isFresh(entry)) {
      return null;
    }
    return Answers.fresh(entry, space.runtime.time().nanos());
  }

  private Found<V> fresh(MemoryEntry<K, V> entry, ReadRequest<K, V> request, long now) {
    if (entry instanceof AgeingEntry<K, V> ageing) {
      ageing.noteRead(now);
      if (request.loader() != null && !entry.isAbsence() && ageing.wantsRefresh(now)) {
        refreshes.start(ageing, request);
      }
    }
    return space.answer(entry, entry.isAbsence() ? State.KNOWN_ABSENT : State.FRESH, request);
  }

  private @Nullable Found<V> stale(MemoryEntry<K, V> entry, ReadRequest<K, V> request, long now) {
    if (request.loader() == null || !(entry instanceof AgeingEntry<K, V> ageing)) {
      return null;
    }
    Freshness freshness = request.freshness();
    long stale = ageing.staleNanos(now);
    boolean backingOff = ageing.isBackingOff(now);
    if (stale < ExpiryPolicy.nanos(freshness.staleWhileRevalidate())) {
      if (!backingOff) {
        refreshes.start(ageing, request);
      }
      return space.answer(
          ageing, backingOff ? State.STALE_BACKING_OFF : State.STALE_WHILE_REVALIDATING, request);
    }
    boolean instead = backingOff && stale < ExpiryPolicy.nanos(freshness.maxStale());
    return instead ? space.answer(ageing, State.STALE_BACKING_OFF, request) : null;
  }

  /**
   * The answer if a load has failed or is late: a value past its TTL, if the request allows that, or a value that was
   * put while the load ran. Null if there is none.
   */
  @Nullable
  Found<V> fallback(MemoryEntry<K, V> entry, ReadRequest<K, V> request, State why) {
    if (entry.isAbsence()) {
      return null;
    }
    long now = space.runtime.time().nanos();
    Stage stage = entry.stage(now);
    if (stage == Stage.FRESH) {
      return Answers.fresh(entry, now);
    }
    if (stage == Stage.GONE
        || !(entry instanceof AgeingEntry<K, V> ageing)
        || ageing.staleNanos(now) >= ExpiryPolicy.nanos(request.freshness().maxStale())) {
      return null;
    }
    if (why == State.STALE_AFTER_TIMEOUT) { // so that others do not wait for this load
      ageing.postpone(now, request.freshness().retryAfter().toNanos());
    }
    space.counters.add(Event.STALE);
    return Answers.inMemory(ageing, why, now);
  }
}

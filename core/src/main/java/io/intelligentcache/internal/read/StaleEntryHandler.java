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
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers from memory where more is to be said than the value: for entries that are to be loaded
 * anew, that are past their TTL, that say that there is no value; and for those who want to know how
 * old it is.
 */
final class StaleEntryHandler<K, V> {
  private final Keyspace<K, V> space;
  private final BiConsumer<AgeingEntry<K, V>, ReadRequest<K, V>> refresh;

  /**
   * Makes it.
   *
   * @param refresh has an entry loaded anew in the background
   */
  StaleEntryHandler(
      Keyspace<K, V> space, BiConsumer<AgeingEntry<K, V>, ReadRequest<K, V>> refresh) {
    this.space = space;
    this.refresh = refresh;
  }

  /** What memory answers at once, counted if that is a request; null if it has no answer. */
  @Nullable
  Found<V> answer(K key, ReadRequest<K, V> request) {
    space.runtime.lifecycle().requireOpen();
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

  private Found<V> fresh(MemoryEntry<K, V> entry, ReadRequest<K, V> request, long now) {
    if (entry instanceof AgeingEntry<K, V> ageing) {
      ageing.noteRead(now);
      if (request.loader() != null && !entry.isAbsence() && ageing.wantsRefresh(now)) {
        refresh.accept(ageing, request);
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
        refresh.accept(ageing, request);
      }
      return space.answer(
          ageing, backingOff ? State.STALE_BACKING_OFF : State.STALE_WHILE_REVALIDATING, request);
    }
    boolean instead = backingOff && stale < ExpiryPolicy.nanos(freshness.maxStale());
    return instead ? space.answer(ageing, State.STALE_BACKING_OFF, request) : null;
  }

  /**
   * The value that is answered in place of one that could not be loaded: past its TTL, if that is
   * allowed, or what somebody put meanwhile.
   */
  @Nullable
  Found<V> fallback(MemoryEntry<K, V> entry, ReadRequest<K, V> request, State why) {
    if (entry.isAbsence()) {
      return null;
    }
    long now = space.runtime.time().nanos();
    Stage stage = entry.stage(now);
    if (stage == Stage.FRESH) {
      return Answers.inMemory(entry, State.FRESH, now);
    }
    if (stage == Stage.GONE
        || !(entry instanceof AgeingEntry<K, V> ageing)
        || ageing.staleNanos(now) >= ExpiryPolicy.nanos(request.freshness().maxStale())) {
      return null;
    }
    if (why == State.STALE_AFTER_TIMEOUT) { // others need not wait for the same load
      ageing.postpone(now, request.freshness().retryAfter().toNanos());
    }
    space.counters.add(Event.STALE);
    return Answers.inMemory(ageing, why, now);
  }
}

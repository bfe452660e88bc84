package io.intelligentcache.internal.runtime;

import io.intelligentcache.Found;
import io.intelligentcache.Found.Origin;
import io.intelligentcache.Found.State;
import io.intelligentcache.internal.memory.AgeingEntry;
import io.intelligentcache.internal.memory.MemoryEntry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes the answers to reads. */
public final class Answers {
  private record Answer<V>(
      @Nullable V value,
      Origin origin,
      State state,
      @Nullable Duration age,
      @Nullable Duration timeLeft)
      implements Found<V> {}

  private Answers() {}

  /** What the loader has just returned. */
  public static <V> Found<V> from(Origin origin, @Nullable V value) {
    return new Answer<>(value, origin, value == null ? State.ABSENT : State.FRESH, null, null);
  }

  /**
   * What a tier has.
   *
   * @param value null if the tier has stored that the key has no value
   */
  public static <V> Found<V> known(Origin origin, @Nullable V value, @Nullable Duration timeLeft) {
    return new Answer<>(
        value, origin, value == null ? State.KNOWN_ABSENT : State.FRESH, null, timeLeft);
  }

  /** The same answer, as unconfirmed: Redis could not be asked whether it is still right. */
  public static <V> Found<V> unconfirmed(Found<V> found) {
    return new Answer<>(
        found.value(), found.origin(), State.UNCONFIRMED, found.age(), found.timeLeft());
  }

  /** An entry in memory that is within its TTL. */
  public static <V> Found<V> fresh(MemoryEntry<?, V> entry, long nowNanos) {
    return inMemory(entry, entry.isAbsence() ? State.KNOWN_ABSENT : State.FRESH, nowNanos);
  }

  public static <V> Found<V> inMemory(MemoryEntry<?, V> entry, State state, long nowNanos) {
    return new Answer<>(
        entry.isAbsence() ? null : entry.value(),
        Origin.MEMORY,
        state,
        entry instanceof AgeingEntry<?, V> ageing
            ? Duration.ofNanos(ageing.ageNanos(nowNanos))
            : null,
        entry.expires() ? Duration.ofNanos(entry.remainingNanos(nowNanos)) : null);
  }

  /** No tier has the key. */
  public static <V> Found<V> nothing() {
    return from(Origin.NOBODY, null);
  }

  /** No answer from the lower tiers, because Redis did not answer. Callers of the cache never see it. */
  public static <V> Found<V> unasked() {
    return new Answer<>(null, Origin.NOBODY, State.UNCONFIRMED, null, null);
  }

  /** Whether the loader must be called next. */
  public static boolean isMiss(Found<?> found) {
    return found.origin() == Origin.NOBODY;
  }
}

package io.intelligentcache;

import io.intelligentcache.Found.Origin;
import io.intelligentcache.coherence.Flights.Flight;
import io.intelligentcache.memory.AgeingEntry;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to load a key, where several instances might.
 *
 * <p>One has the lease. The others wait until they are told that the key has changed: by then the value
 * is there, or the lease is free. They wait three quarters of what a load may take; who has waited in vain, or
 * can't ask, loads for itself and its callers, and stores nothing that others see.
 */
final class Claims<K, V> {
  private final Keyspace<K, V> space;
  private final Promotion<K, V> promotion;

  Claims(Keyspace<K, V> space, Promotion<K, V> promotion) {
    this.space = space;
    this.promotion = promotion;
  }

  /** What there is to do for a key. */
  sealed interface Turn<V> {
    /**
     * To load it.
     *
     * @param condition what has to be in Redis for what was loaded to be stored there; null if there is no
     *     Redis that is shared, or nothing may be stored there
     */
    record Load<V>(@Nullable Condition condition) implements Turn<V> {}

    /** To take what another instance has stored. */
    record Take<V>(Found<V> found) implements Turn<V> {}
  }

  /**
   * Asks for the turn of a key; answers within the time that a load may take.
   *
   * @param whenHeld is told that it will take that long, perhaps
   */
  CompletableFuture<Turn<V>> turn(Flight<K, ?> flight, Request<K, V> request, Runnable whenHeld) {
    Sharing sharing = space.sharing;
    if (sharing == null) {
      return load(null);
    }
    AgeingEntry<K, V> replaced = request.replaces();
    if (replaced != null && space.isFresh(replaced)) {
      return load(new Condition.Unchanged(replaced.version(), sharing.tier().begin()));
    }
    Duration life = space.machinery.loads().timeoutOr(request.freshness().hardTimeout());
    // Whoever waits for a lease whose holder has died still needs time to load.
    long deadline = space.machinery.time().nanos() + life.toNanos() / 4 * 3;
    return new Asking(sharing, flight, space.below(flight.key()), life, deadline, whenHeld).claim();
  }

  /** Gives back a lease that nothing will come of. */
  void giveBack(K key, @Nullable Condition condition) {
    if (space.sharing != null && condition instanceof Condition.Leased leased) {
      space.sharing.tier().release(space.below(key), leased.lease());
    }
  }

  private static <V> CompletableFuture<Turn<V>> load(@Nullable Condition condition) {
    return CompletableFuture.completedFuture(new Turn.Load<>(condition));
  }

  private final class Asking {
    private final Sharing sharing;
    private final Flight<K, ?> flight;
    private final TierKey below;
    private final Duration life;
    private final long deadline;
    private final Runnable whenHeld;

    Asking(
        Sharing sharing,
        Flight<K, ?> flight,
        TierKey below,
        Duration life,
        long deadline,
        Runnable whenHeld) {
      this.sharing = sharing;
      this.flight = flight;
      this.below = below;
      this.life = life;
      this.deadline = deadline;
      this.whenHeld = whenHeld;
    }

    CompletableFuture<Turn<V>> claim() {
      CompletableFuture<?> changed = sharing.trust().nextChange(below); // before it can be missed
      long asked = space.machinery.time().nanos();
      return sharing
          .tier()
          .claim(below, life)
          .thenComposeAsync(claim -> turn(claim, changed, asked), space.machinery.steps());
    }

    private CompletableFuture<Turn<V>> turn(Claim claim, CompletableFuture<?> changed, long asked) {
      if (claim instanceof Claim.Lease lease) {
        return load(new Condition.Leased(lease));
      }
      if (claim instanceof Claim.Present present) {
        Found<V> found =
            promotion.promote(flight, below, present.item(), Origin.REDIS, asked, null);
        return found == null
            ? load(null)
            : CompletableFuture.completedFuture(new Turn.Take<>(found));
      }
      long left = deadline - space.machinery.time().nanos();
      if (!(claim instanceof Claim.Held) || !sharing.trust().hears() || left <= 0) {
        return load(null);
      }
      whenHeld.run();
      return space
          .machinery
          .deadlines()
          .limit(changed, left, space.machinery.steps(), TimeoutException::new)
          .handle((told, late) -> late == null)
          .thenComposeAsync(told -> told ? claim() : load(null), space.machinery.steps());
    }
  }
}

package io.intelligentcache.internal.read;

import io.intelligentcache.Found;
import io.intelligentcache.Found.Origin;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.concurrent.Timeouts;
import io.intelligentcache.internal.memory.AgeingEntry;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.ReadRequest;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Decides which one of several instances loads a key: the one that gets the lease.
 *
 * <p>The other instances wait until a change of the key is reported. By then the value is stored, or the lease is
 * free. They wait at most three quarters of the time that a load may take. An instance that has waited that long, or
 * that can't ask the shared tier, loads the key for its own callers only. It stores nothing that other instances can
 * see.
 *
 * <p>A value that this instance can't decode counts as absent: the lease replaces it. If several instances can't
 * decode it, one of them loads, as if the key had no value.
 */
final class LoadLeases<K, V> {
  private final Keyspace<K, V> space;
  private final Promotion<K, V> promotion;

  LoadLeases(Keyspace<K, V> space, Promotion<K, V> promotion) {
    this.space = space;
    this.promotion = promotion;
  }

  /** The decision for a key: who provides its value. */
  sealed interface Turn<V> {
    /**
     * This instance loads the key.
     *
     * @param condition what Redis must still have so that the loaded value is stored there; null if no Redis is
     *     shared, or nothing may be stored there
     * @param below the key as the lower tiers store it, if there is a condition
     */
    record Load<V>(@Nullable Condition condition, @Nullable TierKey below) implements Turn<V> {
      /** The loaded value is for this instance only. */
      static <V> Load<V> alone() {
        return new Load<>(null, null);
      }
    }

    /** This instance uses the value that another instance has stored. */
    record Take<V>(Found<V> found) implements Turn<V> {}
  }

  /**
   * Claims the load of a key. Answers within the time that a load may take.
   *
   * @param suspect the copy that Redis is asked about, or null: if it has not changed, it is the answer
   * @param whenHeld runs if another instance holds the lease, so that the answer may take that long
   */
  CompletableFuture<Turn<V>> claim(
      Flight<K, ?> flight,
      ReadRequest<K, V> request,
      @Nullable SuspectCopy<K, V> suspect,
      Runnable whenHeld) {
    SharedCopies copies = space.copies;
    if (copies == null) {
      return CompletableFuture.completedFuture(Turn.Load.alone());
    }
    TierKey below = space.below(flight.key());
    AgeingEntry<K, V> replaced = request.replaces();
    if (replaced != null && space.isFresh(replaced)) {
      return load(new Condition.Unchanged(replaced.version(), copies.tier().begin()), below);
    }
    Duration life = lifeOf(request);
    if (request.isReload()) {
      return reload(copies.tier(), below, request);
    }
    // If the holder of the lease has died, this instance still needs time to load.
    long deadline = timeouts().nanos() + life.toNanos() / 4 * 3;
    return new Asking(copies, flight, below, life, deadline, whenHeld).claim(suspect, Version.NONE);
  }

  private Duration lifeOf(ReadRequest<K, V> request) {
    return space.runtime.loads().timeoutOr(request.freshness().hardTimeout());
  }

  /**
   * Decides about a value that is loaded anew: it replaces the one that the tier has now. If the key is changed while
   * the load runs, or if another instance is loading it, the loaded value is for this instance only.
   */
  private CompletableFuture<Turn<V>> reload(
      SharedTier tier, TierKey below, ReadRequest<K, V> request) {
    return tier.get(below)
        .thenComposeAsync(
            Failures.step(lookup -> {
              if (lookup instanceof Lookup.Hit hit) {
                return load(replacing(hit.item(), tier), below);
              }
              return lookup instanceof Lookup.Miss
                  ? tier.claim(below, lifeOf(request), Version.NONE, Version.NONE)
                      .thenApply(claim -> reload(claim, tier, below))
                  : CompletableFuture.completedFuture(Turn.Load.alone());
            }),
            space.steps);
  }

  private static <V> Turn<V> reload(Claim claim, SharedTier tier, TierKey below) {
    if (claim instanceof Claim.Lease lease) {
      return new Turn.Load<>(new Condition.Leased(lease), below);
    }
    return claim instanceof Claim.Present present
        ? new Turn.Load<>(replacing(present.item(), tier), below)
        : Turn.Load.alone();
  }

  private static Condition replacing(Item item, SharedTier tier) {
    return new Condition.Unchanged(item.version(), tier.begin());
  }

  /** Releases a lease whose load has stored nothing. */
  void release(Turn.Load<V> turn) {
    TierKey below = turn.below();
    if (space.copies != null
        && below != null
        && turn.condition() instanceof Condition.Leased leased) {
      space.copies.tier().release(below, leased.lease());
    }
  }

  private Timeouts timeouts() {
    return space.runtime.threads().timeouts();
  }

  private static <V> CompletableFuture<Turn<V>> load(Condition condition, TierKey below) {
    return CompletableFuture.completedFuture(new Turn.Load<>(condition, below));
  }

  private final class Asking {
    private final SharedCopies copies;
    private final Flight<K, ?> flight;
    private final TierKey below;
    private final Duration life;
    private final long deadline;
    private final Runnable whenHeld;

    Asking(
        SharedCopies copies,
        Flight<K, ?> flight,
        TierKey below,
        Duration life,
        long deadline,
        Runnable whenHeld) {
      this.copies = copies;
      this.flight = flight;
      this.below = below;
      this.life = life;
      this.deadline = deadline;
      this.whenHeld = whenHeld;
    }

    /**
     * Claims the key.
     *
     * @param suspect the copy that Redis is asked about, or null
     * @param unreadable the version of a value that this instance could not decode, or none
     */
    CompletableFuture<Turn<V>> claim(@Nullable SuspectCopy<K, V> suspect, Version unreadable) {
      CompletableFuture<?> changed = copies.validity().nextChange(below); // before the claim
      long asked = space.runtime.time().nanos();
      Version known = suspect == null ? Version.NONE : suspect.version();
      return copies
          .tier()
          .claim(below, life, known, unreadable)
          .thenComposeAsync(
              claim -> {
                if (claim instanceof Claim.Refused refused && refused.why() == Reason.BROKEN) {
                  return read(suspect);
                }
                Found<V> found = found(lookup(claim), suspect, asked);
                return Answers.isMiss(found)
                    ? turn(claim, unreadable, changed)
                    : CompletableFuture.completedFuture(new Turn.Take<>(found));
              },
              space.steps);
    }

    /** What a claim says about the value of the key. */
    private static Lookup lookup(Claim claim) {
      if (claim instanceof Claim.Present present) {
        return new Lookup.Hit(present.item());
      }
      if (claim instanceof Claim.Refused refused) {
        return new Lookup.Refused(refused.why());
      }
      return claim instanceof Claim.Unchanged ? Lookup.UNCHANGED : Lookup.MISS;
    }

    /** The answer that this leads to; nothing if there is none. */
    private Found<V> found(Lookup lookup, @Nullable SuspectCopy<K, V> suspect, long asked) {
      if (suspect != null) {
        return suspect.settle(lookup, asked, item -> promoted(item, suspect.entry(), asked));
      }
      Found<V> found = lookup instanceof Lookup.Hit hit ? promoted(hit.item(), null, asked) : null;
      return found == null ? Answers.nothing() : found;
    }

    private @Nullable Found<V> promoted(
        Item item, @Nullable MemoryEntry<K, V> replaced, long asked) {
      return promotion.promote(flight, below, item, Origin.REDIS, asked, replaced);
    }

    /** Decides if the claim has led to no answer. */
    private CompletableFuture<Turn<V>> turn(
        Claim claim, Version unreadable, CompletableFuture<?> changed) {
      if (claim instanceof Claim.Lease lease) {
        return load(new Condition.Leased(lease), below);
      }
      long left = deadline - timeouts().nanos();
      if (claim instanceof Claim.Unchanged) { // but the copy has expired meanwhile
        return left <= 0 ? alone() : claim(null, unreadable);
      }
      if (claim instanceof Claim.Present present) { // but this instance can't read it
        Version there = present.item().version();
        return left <= 0 || there.equals(unreadable) ? alone() : claim(null, there);
      }
      if (!(claim instanceof Claim.Held) || !copies.validity().isListening() || left <= 0) {
        return alone();
      }
      whenHeld.run();
      return timeouts()
          .limit(changed, left, TimeoutException::new)
          .handle((told, late) -> late == null)
          .thenComposeAsync(told -> told ? claim(null, unreadable) : alone(), space.steps);
    }

    /** A tier that takes no writes, for example because it is full, grants no lease. It may still answer reads. */
    private CompletableFuture<Turn<V>> read(@Nullable SuspectCopy<K, V> suspect) {
      long asked = space.runtime.time().nanos();
      CompletableFuture<Lookup> answer = suspect == null
          ? copies.tier().get(below)
          : copies.tier().revalidate(below, suspect.version());
      return answer.thenApplyAsync(
          lookup -> {
            Found<V> found = found(lookup, suspect, asked);
            return Answers.isMiss(found) ? Turn.Load.alone() : new Turn.Take<>(found);
          },
          space.steps);
    }

    private CompletableFuture<Turn<V>> alone() {
      return CompletableFuture.completedFuture(Turn.Load.alone());
    }
  }
}

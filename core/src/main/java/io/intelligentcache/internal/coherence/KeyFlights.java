package io.intelligentcache.internal.coherence;

import io.intelligentcache.Found;
import io.intelligentcache.tier.TimeSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * All that is running for the keys of a key space. A search may run beside a load: a loader may take long or hang,
 * while a tier has got a value from another instance.
 *
 * <p>Each change of a key fences what is running for it, see {@link SingleFlight}.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public final class KeyFlights<K, V> {
  private final SingleFlight<K, Found<V>> searches;
  private final SingleFlight<K, Found<V>> loads;
  private final SingleFlight<K, Runnable> atomics;
  private final KeyLocks locks;

  /** Selects the keys of each running sweep. */
  private final List<Predicate<K>> sweeps = new CopyOnWriteArrayList<>();

  public KeyFlights(TimeSource time, KeyLocks locks) {
    this.searches = new SingleFlight<>(time);
    this.loads = new SingleFlight<>(time);
    this.atomics = new SingleFlight<>(time);
    this.locks = locks;
  }

  /** The searches in the lower tiers for callers without a loader, and for callers that come while a loader runs. */
  public SingleFlight<K, Found<V>> searches() {
    return searches;
  }

  /** The loads. Each one searches the tiers first. */
  public SingleFlight<K, Found<V>> loads() {
    return loads;
  }

  /** The attempts of atomic operations. Each one results in what its caller runs next. */
  public SingleFlight<K, Runnable> atomics() {
    return atomics;
  }

  /** Whether nothing is running. */
  public boolean isIdle() {
    return searches.isIdle() && loads.isIdle() && atomics.isIdle();
  }

  /** Makes sure that no running flight of a key stores its result. Call it under the key's lock. */
  public void fence(K key) {
    fenceReads(key);
    loads.fence(key);
  }

  /**
   * Fences searches and atomic operations of a key. What they have read before a load ended may be older than the
   * loaded value. Call it under the key's lock.
   */
  public void fenceReads(K key) {
    searches.fence(key);
    atomics.fence(key);
  }

  /**
   * Makes sure that no running flight of the matching keys stores its result. A flight that was storing its result at
   * the call has done so when this returns.
   */
  public void fenceAll(Predicate<K> matching) {
    searches.fenceAll(matching);
    loads.fenceAll(matching);
    atomics.fenceAll(matching);
    locks.awaitChangesInProgress();
  }

  /**
   * Begins a sweep. Until it ends, reads of the matching keys do not ask the lower tiers. The running flights of
   * these keys are fenced, so that they store nothing in memory.
   *
   * @return ends the sweep
   */
  public Runnable beginSweep(Predicate<K> matching) {
    sweeps.add(matching);
    Runnable end = () -> sweeps.remove(matching);
    try {
      fenceAll(matching);
    } catch (Throwable failure) { // if a key codec throws, reads must not stay blocked
      end.run();
      throw failure;
    }
    return end;
  }

  /** Whether a sweep is removing a key from the lower tiers. */
  public boolean isSwept(K key) {
    for (Predicate<K> sweep : sweeps) {
      if (sweep.test(key)) {
        return true;
      }
    }
    return false;
  }
}

package io.intelligentcache.internal.coherence;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Locks that put the changes of one key into one order, which is the same in every tier.
 *
 * <p>A change runs under its key's lock: it changes memory, and is handed to the lower tiers. These tiers apply
 * changes in the order of the calls. Waiting for the tiers happens after the lock is released. Many keys share a
 * lock. So code under a lock must be short, must not block, and must not take another key's lock.
 */
public final class KeyLocks {
  private static final int STRIPES = 1 << 10;

  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  /** Creates the locks. */
  public KeyLocks() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  /**
   * Runs a change of one key under its lock.
   *
   * @param <T> what it returns
   * @param key the key that is changed
   * @param change the change
   * @return what it returned
   */
  public <T> T with(Object key, Supplier<T> change) {
    return under(stripes[stripe(key)], change);
  }

  /**
   * Runs a change of many keys under all their locks.
   *
   * @param <T> what it returns
   * @param keys the keys that are changed
   * @param change the change
   * @return what it returned
   */
  public <T> T withAll(Collection<?> keys, Supplier<T> change) {
    if (keys.size() == 1) {
      return with(keys.iterator().next(), change);
    }
    int[] needed = keys.stream().mapToInt(KeyLocks::stripe).sorted().distinct().toArray();
    for (int stripe : needed) { // always in this order, so that no deadlock is possible
      stripes[stripe].lock();
    }
    try {
      return change.get();
    } finally {
      for (int stripe : needed) {
        stripes[stripe].unlock();
      }
    }
  }

  /** Waits until every change that was running at the call has ended. */
  public void awaitChangesInProgress() {
    for (ReentrantLock stripe : stripes) {
      under(stripe, () -> stripe);
    }
  }

  /**
   * Waits until every change that was running at the call has ended.
   *
   * @param nanos the clock
   * @param deadline when to stop waiting
   * @return whether they have ended
   * @throws InterruptedException if the thread was interrupted
   */
  public boolean awaitChangesInProgress(LongSupplier nanos, long deadline)
      throws InterruptedException {
    for (ReentrantLock stripe : stripes) {
      if (!stripe.tryLock(deadline - nanos.getAsLong(), NANOSECONDS)) {
        return false;
      }
      stripe.unlock();
    }
    return true;
  }

  private static <T> T under(ReentrantLock lock, Supplier<T> change) {
    lock.lock();
    try {
      return change.get();
    } finally {
      lock.unlock();
    }
  }

  private static int stripe(Object key) {
    int hash = key.hashCode() * 0x9E3779B9; // Fibonacci hashing: the high bits are the mixed ones
    return hash >>> (32 - Integer.numberOfTrailingZeros(STRIPES));
  }
}

package io.intelligentcache.internal.coherence;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Puts the changes of one key into one order, the same in every tier.
 *
 * <p>Under a key's lock a change reaches memory and is handed to the tiers below, which take effect
 * in the order of calls; waiting for them happens outside. Many keys share a lock, so what runs
 * under it must be short, must not block, and must not take another key's lock.
 */
public final class KeyLocks {
  private static final int STRIPES = 1 << 10;

  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  /** Makes the locks. */
  public KeyLocks() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  /**
   * Runs a change of one key.
   *
   * @param <T> what it returns
   * @param key whose change
   * @param change what to do
   * @return what it returned
   */
  public <T> T with(Object key, Supplier<T> change) {
    return under(stripes[stripe(key)], change);
  }

  /**
   * Runs a change of many keys at once.
   *
   * @param <T> what it returns
   * @param keys whose change
   * @param change what to do
   * @return what it returned
   */
  public <T> T withAll(Collection<?> keys, Supplier<T> change) {
    if (keys.size() == 1) {
      return with(keys.iterator().next(), change);
    }
    int[] needed = keys.stream().mapToInt(KeyLocks::stripe).sorted().distinct().toArray();
    for (int stripe : needed) { // in one order for everybody, so that nobody waits in a circle
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

  /** Returns when every change that was under way at the call has ended. */
  public void awaitChangesInProgress() {
    for (ReentrantLock stripe : stripes) {
      under(stripe, () -> stripe);
    }
  }

  /**
   * Waits until every change that was under way at the call has ended.
   *
   * @param nanos for how long
   * @return whether they have
   * @throws InterruptedException if the thread was interrupted
   */
  public boolean awaitChangesInProgress(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    for (ReentrantLock stripe : stripes) {
      if (!stripe.tryLock(deadline - System.nanoTime(), NANOSECONDS)) {
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

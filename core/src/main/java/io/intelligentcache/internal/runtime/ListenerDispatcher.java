package io.intelligentcache.internal.runtime;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.CacheListener;
import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.MemoryEntry.Stage;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.tier.TimeSource;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a listener of events, one after the other. Who brings an event does so under its key's lock,
 * so that those of one key are in order, and never waits.
 */
public final class ListenerDispatcher<K, V> {
  private static final Logger log = LoggerFactory.getLogger(ListenerDispatcher.class);

  public static final int WAITING = 10_000;

  /** Of the memory budget, what waiting events may keep of entries that have left: they don't count in it any more. */
  private static final int WAITING_SHARE_SHIFT = 4;

  /** What they may keep of a small budget. */
  private static final long WAITING_BYTES = 1 << 20;

  /** Events after which others get the thread. */
  private static final int AT_A_TIME = 100;

  /**
   * An event that waits.
   *
   * @param weight of the entry that it keeps
   */
  private record Told(long weight, Runnable event) {}

  private final CacheListener<? super K, ? super V> listener;
  private final Executor threads;
  private final TimeSource time;

  /** Is in use while there is something to tell: a tenant's next key space must not tell of newer events meanwhile. */
  private final Keyspace<K, V> space;

  private final AtomicBoolean complained = new AtomicBoolean();
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Queue<Told> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private long waitingWeight;

  @GuardedBy("lock")
  private boolean running;

  /**
   * Makes it, with nothing to tell.
   *
   * @param space whose events, and what counts those that the listener misses; is given to its threads one task at a time
   */
  ListenerDispatcher(CacheListener<? super K, ? super V> listener, Keyspace<K, V> space) {
    this.listener = listener;
    this.threads = space.runtime.callbacks();
    this.time = space.runtime.time();
    this.space = space;
  }

  /** An entry left memory. If its time was over, that is why, whoever took it out. */
  void removed(MemoryEntry<K, V> entry, Cause cause) {
    if (!entry.isAbsence()) {
      Cause why = entry.stage(time.nanos()) == Stage.GONE ? Cause.EXPIRED : cause;
      announce(entry.weight(), () -> listener.removed(entry.key(), entry.value(), why));
    }
  }

  public void loadFailed(K key, Throwable failure) {
    announce(0, () -> listener.loadFailed(key, failure));
  }

  public void refreshed(K key, V value) {
    announce(0, () -> listener.refreshed(key, value)); // which is in memory
  }

  private void announce(long weight, Runnable event) {
    lock.lock();
    try {
      boolean tooHeavy = waitingWeight + weight
          > Math.max(WAITING_BYTES, space.runtime.memory().capacity() >> WAITING_SHARE_SHIFT);
      if (waiting.size() == WAITING || (tooHeavy && !waiting.isEmpty())) {
        space.counters.add(Event.EVENT_DROPPED);
        return;
      }
      waiting.add(new Told(weight, event));
      waitingWeight += weight;
      if (running) {
        return;
      }
      running = true;
    } finally {
      lock.unlock();
    }
    threads.execute(this::run);
  }

  private void run() {
    for (int i = 0; i < AT_A_TIME; i++) {
      Runnable event = next();
      if (event == null) {
        return;
      }
      dispatch(event);
    }
    threads.execute(this::run);
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      Told next = waiting.poll();
      if (next == null) {
        running = false;
        return null;
      }
      waitingWeight -= next.weight();
      return next.event();
    } finally {
      lock.unlock();
    }
  }

  private void dispatch(Runnable event) {
    try {
      event.run();
    } catch (Throwable failure) { // user code: the next event is told all the same
      space.counters.add(Event.LISTENER_FAILURE);
      if (complained.compareAndSet(false, true)) {
        Failures.warn(
            log,
            "listener " + Failures.text(listener) + " failed; further failures are only counted",
            failure);
      }
    }
  }
}

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
 * Notifies a listener of events, one after the other. The thread that causes an event queues it under its key's lock,
 * so that the events of one key are in order. It never waits for the listener.
 */
public final class ListenerDispatcher<K, V> {
  private static final Logger log = LoggerFactory.getLogger(ListenerDispatcher.class);

  public static final int WAITING = 10_000;

  /**
   * Waiting events may keep this part of the memory budget in entries that were removed from memory. These entries no
   * longer count in the budget.
   */
  private static final int WAITING_SHARE_SHIFT = 4;

  /** What waiting events may keep if the budget is small. */
  private static final long WAITING_BYTES = 1 << 20;

  /** Events after which other tasks get the thread. */
  private static final int AT_A_TIME = 100;

  /**
   * An event that waits.
   *
   * @param weight the weight of the entry that it keeps
   */
  private record Told(long weight, Runnable event) {}

  private final CacheListener<? super K, ? super V> listener;
  private final Executor threads;
  private final TimeSource time;

  /**
   * The key space of the events. This reference keeps it in use while events wait. Otherwise a tenant's next key
   * space could deliver newer events first.
   */
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
   * Creates it, without events.
   *
   * @param space the key space of the events; it counts the events that the listener misses, and its callback threads
   *     get one task at a time
   */
  ListenerDispatcher(CacheListener<? super K, ? super V> listener, Keyspace<K, V> space) {
    this.listener = listener;
    this.threads = space.runtime.threads().callbacks();
    this.time = space.runtime.time();
    this.space = space;
  }

  /**
   * Reports that an entry was removed from memory. If the entry had expired, that is the cause, whatever removed it.
   */
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
    announce(0, () -> listener.refreshed(key, value)); // weight 0: the value is in memory
  }

  private void announce(long weight, Runnable event) {
    lock.lock();
    try {
      boolean tooHeavy = waitingWeight + weight
          > Math.max(
              WAITING_BYTES, space.runtime.tiers().memory().capacity() >> WAITING_SHARE_SHIFT);
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
    } catch (Throwable failure) { // user code: the next event is still delivered
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

package io.intelligentcache.internal.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A concurrent hash table whose chains link the entries themselves. Compared with {@code ConcurrentHashMap} it
 * saves one object for each entry, and one cache line for each read.
 *
 * <p>It grows by linear hashing (Litwin, "Linear hashing: a new tool for file and table addressing", VLDB
 * 1980): an insertion splits at most one bucket, so the table never pauses for a full resize. The buckets are
 * in segments of doubling size, which are never copied.
 *
 * <pre>
 *   buckets = 70, first = 64:   segment 0: buckets 0..63   segment 1: buckets 64..127, 6 of them in use
 *   split 6:  entries of bucket 6 whose hash has bit 6 set move to bucket 70
 * </pre>
 *
 * <p>Writes lock a stripe. The stripe depends on the low bits of the hash only, so a bucket and the one that it
 * is split into have the same stripe. Reads take no lock. A split may relink a chain while a reader follows it.
 * Then the reader may miss entries, but never sees a wrong one. So a reader that found nothing while entries
 * moved looks again, under the stripe's lock.
 *
 * <p>Keys with one hash code share a chain of any length. A lookup of one of them takes time proportional to
 * their number, and none is lost.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
final class EntryTable<K, V> implements Iterable<MemoryEntry<K, V>> {
  private static final int MOST_BUCKETS = 1 << 30;
  private static final VarHandle BUCKET = MethodHandles.arrayElementVarHandle(MemoryEntry[].class);

  private final ReentrantLock[] stripes;
  private final int firstShift;
  private final MemoryEntry<?, ?>[][] segments;
  private final AtomicInteger count = new AtomicInteger();
  private final ReentrantLock splitting = new ReentrantLock();

  /** The number of buckets. Written by the thread that splits. */
  private volatile int buckets;

  /** Incremented before and after a split: odd while entries move. */
  private volatile int moves;

  /**
   * Makes an empty table.
   *
   * @param stripes locks, shared with other tables; a power of two, at least 2
   */
  EntryTable(ReentrantLock[] stripes) {
    this.stripes = stripes;
    this.buckets = stripes.length;
    this.firstShift = Integer.numberOfTrailingZeros(stripes.length);
    this.segments = new MemoryEntry<?, ?>[Integer.SIZE - firstShift][];
    segments[0] = new MemoryEntry<?, ?>[stripes.length];
  }

  int size() {
    return Math.max(0, count.get()); // a removal may be counted before the put
  }

  /** The entry of a key, or null. */
  @Nullable
  MemoryEntry<K, V> find(K key, int hash) {
    int before = moves;
    MemoryEntry<K, V> found = search(key, hash);
    if (found != null || ((before & 1) == 0 && before == moves)) {
      return found;
    }
    ReentrantLock stripe = lock(hash);
    try {
      return search(key, hash);
    } finally {
      stripe.unlock();
    }
  }

  private @Nullable MemoryEntry<K, V> search(K key, int hash) {
    MemoryEntry<K, V> entry = first(bucket(hash, buckets));
    while (entry != null && !entry.isOf(key, hash)) {
      entry = entry.next();
    }
    return entry;
  }

  /**
   * Stores an entry in place of the one with its key.
   *
   * @return the replaced entry, or null
   */
  @Nullable
  MemoryEntry<K, V> put(MemoryEntry<K, V> entry) {
    MemoryEntry<K, V> old;
    ReentrantLock stripe = lock(entry.hash());
    try {
      int bucket = bucket(entry.hash(), buckets);
      old = replace(bucket, entry);
      if (old == null) {
        entry.next(first(bucket));
        first(bucket, entry);
      }
    } finally {
      stripe.unlock();
    }
    if (old == null && count.incrementAndGet() > buckets - (buckets >> 2)) {
      split();
    }
    return old;
  }

  /** Stores an entry in place of one with its key. */
  private @Nullable MemoryEntry<K, V> replace(int bucket, MemoryEntry<K, V> entry) {
    MemoryEntry<K, V> before = null;
    MemoryEntry<K, V> here = first(bucket);
    while (here != null) {
      if (here.isOf(entry.key(), entry.hash())) {
        entry.next(here.next());
        link(bucket, before, entry);
        return here;
      }
      before = here;
      here = here.next();
    }
    return null;
  }

  /** Removes the entry of a key. */
  @Nullable
  MemoryEntry<K, V> remove(K key, int hash) {
    ReentrantLock stripe = lock(hash);
    try {
      MemoryEntry<K, V> found = search(key, hash);
      return found != null && unlink(found) ? found : null;
    } finally {
      stripe.unlock();
    }
  }

  /** Removes an entry; returns whether it was there. */
  boolean remove(MemoryEntry<K, V> entry) {
    ReentrantLock stripe = lock(entry.hash());
    try {
      return unlink(entry);
    } finally {
      stripe.unlock();
    }
  }

  /** Removes any one entry with a hash, without calling code of a key; null if there is none. */
  @Nullable
  MemoryEntry<K, V> removeAny(int hash) {
    ReentrantLock stripe = lock(hash);
    try {
      MemoryEntry<K, V> here = first(bucket(hash, buckets));
      while (here != null && here.hash() != hash) {
        here = here.next();
      }
      return here != null && unlink(here) ? here : null;
    } finally {
      stripe.unlock();
    }
  }

  private boolean unlink(MemoryEntry<K, V> entry) {
    int bucket = bucket(entry.hash(), buckets);
    MemoryEntry<K, V> before = null;
    for (MemoryEntry<K, V> here = first(bucket); here != null; here = here.next()) {
      if (here == entry) {
        link(bucket, before, here.next()); // it keeps its link, for readers that are at it
        count.decrementAndGet();
        return true;
      }
      before = here;
    }
    return false;
  }

  private void link(
      int bucket, @Nullable MemoryEntry<K, V> before, @Nullable MemoryEntry<K, V> after) {
    if (before == null) {
      first(bucket, after);
    } else {
      before.next(after);
    }
  }

  /** Splits the next bucket, unless another thread is doing that. */
  private void split() {
    if (!splitting.tryLock()) {
      return;
    }
    try {
      int twin = buckets;
      if (twin == MOST_BUCKETS) {
        return;
      }
      if (place(twin) == 0) {
        segments[segment(twin)] = new MemoryEntry<?, ?>[twin];
      }
      int bucket = twin - Integer.highestOneBit(twin);
      ReentrantLock stripe = lock(bucket);
      try {
        int before = moves;
        moves = before + 1;
        separate(bucket, twin);
        buckets = twin + 1;
        moves = before + 2;
      } finally {
        stripe.unlock();
      }
    } finally {
      splitting.unlock();
    }
  }

  private void separate(int bucket, int twin) {
    MemoryEntry<K, V> lastHere = null;
    MemoryEntry<K, V> lastThere = null;
    MemoryEntry<K, V> here = first(bucket);
    first(bucket, null);
    while (here != null) {
      MemoryEntry<K, V> after = here.next();
      here.next(null);
      if (bucket(here.hash(), twin + 1) == twin) {
        link(twin, lastThere, here);
        lastThere = here;
      } else {
        link(bucket, lastHere, here);
        lastHere = here;
      }
      here = after;
    }
  }

  private ReentrantLock lock(int hash) {
    ReentrantLock stripe = stripes[hash & (stripes.length - 1)];
    stripe.lock();
    return stripe;
  }

  /** The bucket of a hash when there are this many buckets. */
  private static int bucket(int hash, int buckets) {
    int mask = (Integer.highestOneBit(buckets - 1) << 1) - 1;
    int bucket = hash & mask;
    return bucket < buckets ? bucket : bucket & (mask >> 1);
  }

  /** The hashes of a bucket, when there are this many buckets, are equal modulo this power of two. */
  private static int period(int bucket, int buckets) {
    int half = Integer.highestOneBit(buckets - 1);
    boolean whole = bucket >= half || bucket + half < buckets;
    return whole ? half << 1 : half;
  }

  private int segment(int bucket) {
    return Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(bucket) - firstShift);
  }

  /** The index of a bucket in its segment. */
  private int place(int bucket) {
    return bucket < stripes.length ? bucket : bucket - Integer.highestOneBit(bucket);
  }

  @SuppressWarnings("unchecked") // the array holds nothing else
  private @Nullable MemoryEntry<K, V> first(int bucket) {
    return (MemoryEntry<K, V>) BUCKET.getAcquire(segments[segment(bucket)], place(bucket));
  }

  private void first(int bucket, @Nullable MemoryEntry<K, V> entry) {
    BUCKET.setRelease(segments[segment(bucket)], place(bucket), entry);
  }

  /**
   * Iterates over the entries: those that are there during the whole iteration once, others perhaps. No key occurs
   * twice, unless its {@code hashCode} changes.
   */
  @Override
  public Iterator<MemoryEntry<K, V>> iterator() {
    return new Chains();
  }

  /**
   * Reads one bucket of those at the beginning of the iteration at a time, under its lock, together with the buckets
   * that were split from it since. They have the same stripe. So an entry that moves is found once.
   */
  private final class Chains implements Iterator<MemoryEntry<K, V>> {
    private final int bucketsAtStart = buckets;
    private List<MemoryEntry<K, V>> chain = List.of();
    private int place;
    private int bucket;

    @Override
    public boolean hasNext() {
      while (place == chain.size() && bucket < bucketsAtStart) {
        chain = take(bucket++);
        place = 0;
      }
      return place < chain.size();
    }

    private List<MemoryEntry<K, V>> take(int bucket) {
      List<MemoryEntry<K, V>> taken = new ArrayList<>(4);
      int step = period(bucket, bucketsAtStart);
      ReentrantLock stripe = lock(bucket);
      try {
        for (int part = bucket; part < buckets; part += step) {
          for (MemoryEntry<K, V> here = first(part); here != null; here = here.next()) {
            taken.add(here);
          }
        }
      } finally {
        stripe.unlock();
      }
      return taken;
    }

    @Override
    public MemoryEntry<K, V> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return chain.get(place++);
    }
  }
}

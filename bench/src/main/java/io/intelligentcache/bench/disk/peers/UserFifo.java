package io.intelligentcache.bench.disk.peers;

import io.intelligentcache.bench.disk.DiskEntries;
import io.intelligentcache.bench.disk.StoreUnderTest;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A bound that an application adds to a store that has none: it removes the oldest entries. This one is
 * cheaper than a real one, whose queue would have to survive the process. For one thread.
 */
public final class UserFifo implements StoreUnderTest {
  /** The share of the space for keys and values; the rest is for the metadata of the store. */
  private static final double USED_PART = 0.9;

  private final RemovingStore store;
  private final DiskEntries entries;
  private final long most;
  private final ArrayDeque<Integer> oldestFirst = new ArrayDeque<>();
  private final boolean[] present;
  private long bytes;

  public UserFifo(RemovingStore store, DiskEntries entries, long room) {
    this.store = store;
    this.entries = entries;
    this.most = (long) (room * USED_PART);
    this.present = new boolean[entries.count()];
  }

  @Override
  public boolean put(int entry, byte[] key, byte[] value) {
    if (!present[entry]) {
      present[entry] = true;
      oldestFirst.add(entry);
      bytes += entries.bytes(entry);
    }
    while (bytes > most) {
      int oldest = oldestFirst.remove();
      present[oldest] = false;
      bytes -= entries.bytes(oldest);
      store.remove(entries.key(oldest));
    }
    return store.put(entry, key, value);
  }

  @Override
  public byte @Nullable [] get(int entry, byte[] key) {
    return store.get(entry, key);
  }

  @Override
  public void settle() {
    store.settle();
  }

  @Override
  public void rest() {
    store.rest();
  }

  @Override
  public void close() {
    store.close();
  }
}

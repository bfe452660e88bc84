package io.intelligentcache.memory;

import io.intelligentcache.memory.size.HeapSize;
import io.intelligentcache.memory.size.ObjectGraph;

/** Bytes of heap that an entry takes: its key, its value, and the cache's own objects. */
public final class HeapSizes {
  /**
   * What an entry takes besides its key and value: the entry (40), the node of the table (32), its
   * places in the table (4 to 11) and in the arrays of policy and wheel (30 to 50).
   */
  public static final long ENTRY_BYTES = 125;

  private HeapSizes() {}

  /**
   * The size of a key or a value, with all that it refers to.
   *
   * @param object the key or value
   * @return see {@link ObjectGraph#measure}
   */
  public static HeapSize of(Object object) {
    return ObjectGraph.measure(object);
  }
}

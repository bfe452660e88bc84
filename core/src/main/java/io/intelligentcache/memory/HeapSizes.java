package io.intelligentcache.memory;

import io.intelligentcache.memory.size.HeapSize;
import io.intelligentcache.memory.size.ObjectGraph;

/** Bytes of heap that an entry takes: its key, its value, and the cache's own objects. */
public final class HeapSizes {
  /**
   * What an entry takes besides its key and value: the entry (48), the node of the table (32), its
   * slots in the table (5 to 11) and the policy's arrays, which grow in steps. Measured: 126 to 160
   * with the number of entries, and 45 more where references are not compressed; this keeps small
   * entries within the promised error at both ends.
   */
  public static final long ENTRY_BYTES = ObjectGraph.referenceBytes() == 4 ? 150 : 195;

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

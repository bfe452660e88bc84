package io.intelligentcache.internal.memory;

import io.intelligentcache.internal.memory.size.HeapSize;
import io.intelligentcache.internal.memory.size.ObjectGraph;

/** Bytes of heap that an entry takes: its key, its value, and the cache's own objects. */
public final class HeapSizes {
  /**
   * What an entry takes in addition to its key and value: the entry (56), its slots in the table (5 to 11) and
   * in the arrays of policy and wheel (20 to 35). Measured at a million entries, that is 86 to 95, and up to
   * 109 with a collector that puts large arrays in regions of their own. Where references are not compressed,
   * each of the seven takes 4 bytes more.
   */
  public static final long ENTRY_BYTES = ObjectGraph.referenceBytes() == 4 ? 100 : 128;

  /** What a {@link SharedEntry} takes in addition: an instant, a version, a stripe. */
  public static final long SHARED_BYTES = 32;

  /**
   * What an {@link AgeingEntry} takes in addition to an entry: the fields of a shared one, six instants and
   * durations, two counts.
   */
  public static final long AGEING_BYTES = 88;

  /** What a tenant in use takes in addition to its id and its entries: 1,650 to 1,900 bytes. */
  public static final long TENANT_BYTES = ObjectGraph.referenceBytes() == 4 ? 1_900 : 2_800;

  /** What a cache takes in addition to its name, entries and tenants: 2,700 to 3,250 bytes. */
  public static final long CACHE_BYTES = ObjectGraph.referenceBytes() == 4 ? 3_300 : 4_900;

  /**
   * What a cache takes in addition to encode JSON: about this much for a record of a few fields, more for large
   * types.
   */
  public static final long JSON_BYTES = 45_000;

  private HeapSizes() {}

  /**
   * The size of a key or a value, with all objects that it refers to.
   *
   * @param object the key or value
   * @param most the measurement may end when it has found more bytes than this
   * @return see {@link ObjectGraph#measure(Object, long)}
   */
  public static HeapSize of(Object object, long most) {
    return ObjectGraph.measure(object, most);
  }
}

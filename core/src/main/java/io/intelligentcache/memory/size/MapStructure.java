package io.intelligentcache.memory.size;

import java.util.function.IntUnaryOperator;

/**
 * What a map of the JDK takes besides its keys and values.
 *
 * @param own bytes of the map alone
 * @param node bytes for each entry
 * @param slots how many slots its table has for so many entries
 */
record MapStructure(HeapLayout layout, long own, long node, IntUnaryOperator slots) {
  private static final String CONCURRENT = "java.util.concurrent.ConcurrentHashMap";

  static MapStructure hash(HeapLayout layout) {
    return of(layout, "java.util.HashMap", "java.util.HashMap$Node", SpareRoom::hashTable);
  }

  static MapStructure linked(HeapLayout layout) {
    return of(
        layout, "java.util.LinkedHashMap", "java.util.LinkedHashMap$Entry", SpareRoom::hashTable);
  }

  static MapStructure tree(HeapLayout layout) {
    return of(layout, "java.util.TreeMap", "java.util.TreeMap$Entry", size -> 0);
  }

  static MapStructure concurrent(HeapLayout layout) {
    return of(layout, CONCURRENT, CONCURRENT + "$Node", SpareRoom::concurrentTable);
  }

  private static MapStructure of(
      HeapLayout layout, String map, String node, IntUnaryOperator slots) {
    return new MapStructure(layout, layout.instance(map), layout.instance(node), slots);
  }

  /** {@return bytes of a map with so many entries} */
  long bytes(int size) {
    return own + parts(size);
  }

  /** {@return bytes of a map with so many entries, without the map's own object} */
  long parts(int size) {
    int length = slots.applyAsInt(size);
    return size * node + (length == 0 ? 0 : layout.references(length));
  }
}

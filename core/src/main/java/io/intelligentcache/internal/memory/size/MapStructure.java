package io.intelligentcache.internal.memory.size;

import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a JDK map takes in addition to its keys and values.
 *
 * @param own bytes of the map's own object
 * @param node bytes for each entry
 * @param treeNode bytes for each entry if many entries share a slot
 * @param slots how many slots its table has for a number of entries
 */
record MapStructure(HeapLayout layout, long own, long node, long treeNode, IntUnaryOperator slots) {
  private static final String CONCURRENT = "java.util.concurrent.ConcurrentHashMap";
  private static final String TREE_NODE = "java.util.HashMap$TreeNode";

  /** Smaller tables grow instead of storing the entries of a slot in a tree. */
  private static final int FIRST_WITH_TREES = 64;

  static MapStructure hash(HeapLayout layout) {
    return of(
        layout, "java.util.HashMap", "java.util.HashMap$Node", TREE_NODE, GrowthSlack::hashTable);
  }

  static MapStructure linked(HeapLayout layout) {
    String node = "java.util.LinkedHashMap$Entry";
    return of(layout, "java.util.LinkedHashMap", node, TREE_NODE, GrowthSlack::hashTable);
  }

  static MapStructure tree(HeapLayout layout) {
    String node = "java.util.TreeMap$Entry";
    return of(layout, "java.util.TreeMap", node, node, size -> 0);
  }

  static MapStructure concurrent(HeapLayout layout) {
    String treeNode = CONCURRENT + "$TreeNode";
    return of(layout, CONCURRENT, CONCURRENT + "$Node", treeNode, GrowthSlack::concurrentTable);
  }

  private static MapStructure of(
      HeapLayout layout, String map, String node, String treeNode, IntUnaryOperator slots) {
    return new MapStructure(
        layout, layout.instance(map), layout.instance(node), layout.instance(treeNode), slots);
  }

  /** {@return bytes of a map with this many entries} */
  long bytes(int size) {
    return own + parts(size);
  }

  /** {@return bytes of a map with this many entries, without the map's own object} */
  long parts(int size) {
    int length = slots.applyAsInt(size);
    return size * node + (length == 0 ? 0 : layout.references(length));
  }

  /** {@return the same, for a table that can be read} */
  long parts(int size, @Nullable Object table) {
    if (!(table instanceof Object[] buckets)) {
      return 0; // created with the first entry
    }
    return layout.references(buckets.length) + size * (hasTrees(buckets) ? treeNode : node);
  }

  /** Whether some entries are in trees because their hashes collide; then possibly all are. */
  private static boolean hasTrees(@Nullable Object[] buckets) {
    if (buckets.length < FIRST_WITH_TREES) {
      return false;
    }
    for (Object first : buckets) {
      if (first != null && first.getClass().getSimpleName().startsWith("Tree")) {
        return true;
      }
    }
    return false;
  }
}

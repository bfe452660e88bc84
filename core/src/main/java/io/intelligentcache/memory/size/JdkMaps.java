package io.intelligentcache.memory.size;

import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntToLongFunction;

/** Maps: their own structure by formulas, their keys and values by iteration. */
final class JdkMaps {
  private static final String IMMUTABLE = "java.util.ImmutableCollections$";
  private static final String COLLECTIONS = "java.util.Collections$";

  private final JdkShapes shapes;
  private final HeapLayout layout;

  private JdkMaps(JdkShapes shapes, HeapLayout layout) {
    this.shapes = shapes;
    this.layout = layout;
  }

  static void describe(JdkShapes shapes, HeapLayout layout) {
    var maps = new JdkMaps(shapes, layout);
    maps.mutable();
    maps.immutable();
    maps.wrappers();
  }

  private void mutable() {
    map("java.util.HashMap", MapStructure.hash(layout)::parts);
    map("java.util.LinkedHashMap", MapStructure.linked(layout)::parts);
    map("java.util.TreeMap", MapStructure.tree(layout)::parts);
    map("java.util.concurrent.ConcurrentHashMap", MapStructure.concurrent(layout)::parts);
    map(IdentityHashMap.class.getName(), size -> layout.references(identitySlots(size)));
    skipList();
    shapes.branch(EnumMap.class, (map, walk) -> {
      addEntries(map, walk);
      return layout.references(constants(map));
    });
  }

  private void skipList() {
    long node = layout.instance("java.util.concurrent.ConcurrentSkipListMap$Node");
    long index = layout.instance("java.util.concurrent.ConcurrentSkipListMap$Index");
    map(ConcurrentSkipListMap.class.getName(), size -> size * (node + index / 2)); // on average
  }

  /** Keys and values by turns, two thirds full at most. */
  private static int identitySlots(int size) {
    int slots = 64;
    while (slots / 3 < size) {
      slots *= 2;
    }
    return slots;
  }

  /** How many constants the keys' type has; of an empty map that can't be told. */
  private static int constants(Map<?, ?> map) {
    Iterator<?> keys = map.keySet().iterator();
    return keys.hasNext() && keys.next() instanceof Enum<?> key
        ? key.getDeclaringClass().getEnumConstants().length
        : 0;
  }

  private void immutable() {
    map(IMMUTABLE + "Map1", size -> 0);
    shapes.branchUnless(map -> map.isEmpty(), IMMUTABLE + "MapN", Map.class, (map, walk) -> {
      addEntries(map, walk);
      return layout.references(4L * map.size()); // keys and values by turns, half full
    });
    map(COLLECTIONS + "SingletonMap", size -> 0);
    shapes.shared(COLLECTIONS + "EmptyMap");
  }

  /** What they wrap can't be seen: most likely it is the usual map or sorted map. */
  private void wrappers() {
    MapStructure hash = MapStructure.hash(layout);
    MapStructure tree = MapStructure.tree(layout);
    for (String kind : List.of("Unmodifiable", "Synchronized")) {
      String wrapper = COLLECTIONS + kind;
      map(wrapper + "Map", hash::bytes);
      map(wrapper + "SortedMap", tree::bytes);
      map(wrapper + "NavigableMap", tree::bytes);
    }
  }

  private void map(String className, IntToLongFunction structure) {
    shapes.branch(className, Map.class, (map, walk) -> {
      addEntries(map, walk);
      return structure.applyAsLong(map.size());
    });
  }

  /** By {@code forEach} where that goes: unlike an iterator it leaves no view in the map. */
  private static void addEntries(Map<?, ?> map, Walk walk) {
    if (walk.isFew(map.size())) {
      map.forEach((key, value) -> {
        walk.add(key);
        walk.add(value);
      });
    } else {
      walk.addAll(map.size(), map.entrySet().iterator(), entry -> {
        walk.add(entry.getKey());
        walk.add(entry.getValue());
      });
    }
  }
}

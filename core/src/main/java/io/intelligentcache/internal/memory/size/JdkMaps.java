package io.intelligentcache.internal.memory.size;

import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntToLongFunction;

/** Maps: formulas give the size of their structure, iteration finds their keys and values. */
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
    if (!shapes.unsafe()) {
      maps.wrappers();
    }
  }

  private void mutable() {
    table("java.util.HashMap", Set.of("table"), MapStructure.hash(layout));
    table("java.util.LinkedHashMap", Set.of("table", "head", "tail"), MapStructure.linked(layout));
    table(
        "java.util.concurrent.ConcurrentHashMap",
        Set.of("table", "nextTable"),
        MapStructure.concurrent(layout));
    MapStructure tree = MapStructure.tree(layout);
    sorted("java.util.TreeMap", "root", tree::parts);
    long node = layout.instance("java.util.concurrent.ConcurrentSkipListMap$Node");
    long index = layout.instance("java.util.concurrent.ConcurrentSkipListMap$Index");
    sorted( // average number of index levels
        ConcurrentSkipListMap.class.getName(), "head", size -> size * (node + index / 2));
    enumMap();
    if (!shapes.unsafe()) {
      map(IdentityHashMap.class.getName(), size -> layout.references(identitySlots(size)));
    }
  }

  /** A map with a hash table. */
  private void table(String className, Set<String> structure, MapStructure parts) {
    String declaring = className.replace("Linked", "");
    ReferenceField table = shapes.field(declaring, "table");
    shapes.branch(className, Map.class, structure, (map, walk) -> {
      addEntries(map, walk);
      return table == null ? parts.parts(map.size()) : parts.parts(map.size(), table.in(map));
    });
  }

  /** A map that consists of nodes only. */
  private void sorted(String className, String structure, IntToLongFunction bytes) {
    shapes.branch(className, SortedMap.class, Set.of(structure), (map, walk) -> {
      addEntries(map, walk);
      walk.add(map.comparator());
      return bytes.applyAsLong(map.size());
    });
  }

  private void enumMap() {
    String name = EnumMap.class.getName();
    long views = 2 * layout.instance("java.util.EnumMap$EntrySet"); // created by the iteration
    if (shapes.unsafe()) {
      Set<String> shared = Set.of("keyType", "keyUniverse");
      shapes.branch(name, EnumMap.class, shared, (map, walk) -> 0);
    } else {
      shapes.branch(EnumMap.class, (map, walk) -> {
        addEntries(map, walk);
        return views + layout.references(constants(map));
      });
    }
  }

  /** Keys and values alternate in the table, which is at most two thirds full. */
  private static int identitySlots(int size) {
    int slots = 64;
    while (slots / 3 < size) {
      slots *= 2;
    }
    return slots;
  }

  /** How many constants the keys' type has; unknown for an empty map. */
  private static int constants(Map<?, ?> map) {
    Iterator<?> keys = map.keySet().iterator();
    return keys.hasNext() && keys.next() instanceof Enum<?> key
        ? key.getDeclaringClass().getEnumConstants().length
        : 0;
  }

  private void immutable() {
    shapes.branch(IMMUTABLE + "Map1", Map.class, Set.of("k0", "v0"), (map, walk) -> {
      addEntries(map, walk);
      return 0;
    });
    shapes.branchUnless(
        map -> map.isEmpty(), IMMUTABLE + "MapN", Map.class, Set.of("table"), (map, walk) -> {
          addEntries(map, walk);
          return layout.references(4L * map.size()); // keys and values alternate, half full
        });
    shapes.branch(COLLECTIONS + "SingletonMap", Map.class, Set.of("k", "v"), (map, walk) -> {
      addEntries(map, walk);
      return 0;
    });
    shapes.shared(COLLECTIONS + "EmptyMap");
  }

  /** The wrapped map can't be accessed: it is assumed to be the usual map or sorted map. */
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

  /** Uses {@code forEach}: in contrast to an iterator, it leaves no view in the map. */
  private static void addEntries(Map<?, ?> map, ObjectWalk walk) {
    map.forEach((key, value) -> {
      walk.add(key);
      walk.add(value);
    });
  }
}

package io.intelligentcache.memory.size;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.IntToLongFunction;

/** Lists, sets and queues: their own structure by formulas, their elements by iteration. */
final class JdkCollections {
  private static final String IMMUTABLE = "java.util.ImmutableCollections$";
  private static final String COLLECTIONS = "java.util.Collections$";

  private final JdkShapes shapes;
  private final HeapLayout layout;
  private final MapStructure hash;
  private final MapStructure tree;

  private JdkCollections(JdkShapes shapes, HeapLayout layout) {
    this.shapes = shapes;
    this.layout = layout;
    this.hash = MapStructure.hash(layout);
    this.tree = MapStructure.tree(layout);
  }

  static void describe(JdkShapes shapes, HeapLayout layout) {
    var collections = new JdkCollections(shapes, layout);
    collections.lists();
    collections.sets();
    collections.queues();
    collections.immutable();
    collections.wrappers();
  }

  private void lists() {
    indexed(ArrayList.class.getName(), this::list);
    indexed("java.util.Vector", this::list);
    indexed("java.util.Stack", this::list);
    indexed("java.util.Arrays$ArrayList", layout::references);
    long lock = layout.instance(Object.class);
    indexed(CopyOnWriteArrayList.class.getName(), size -> lock + layout.references(size));
    long node = layout.instance("java.util.LinkedList$Node");
    listed(LinkedList.class.getName(), size -> size * node);
  }

  private long list(int size) {
    return size == 0 ? 0 : layout.references(SpareRoom.list(size));
  }

  private void sets() {
    MapStructure linked = MapStructure.linked(layout);
    long view = layout.instance("java.util.LinkedHashMap$LinkedKeySet"); // made by the iteration
    listed(HashSet.class.getName(), hash::bytes);
    listed(LinkedHashSet.class.getName(), size -> view + linked.bytes(size));
    listed(TreeSet.class.getName(), tree::bytes);
    listed(
        "java.util.concurrent.ConcurrentHashMap$KeySetView",
        MapStructure.concurrent(layout)::bytes);
    long list = layout.instance(CopyOnWriteArrayList.class) + layout.instance(Object.class);
    listed(CopyOnWriteArraySet.class.getName(), size -> list + layout.references(size));
    shapes.fieldsOnly("java.util.RegularEnumSet");
  }

  private void queues() {
    listed(ArrayDeque.class.getName(), size -> layout.references(SpareRoom.deque(size)));
    listed(PriorityQueue.class.getName(), size -> layout.references(SpareRoom.heap(size)));
    long node = layout.instance("java.util.concurrent.ConcurrentLinkedQueue$Node");
    listed(ConcurrentLinkedQueue.class.getName(), size -> (size + 1) * node);
  }

  private void immutable() {
    indexed(IMMUTABLE + "List12", size -> 0);
    listed(IMMUTABLE + "Set12", size -> 0);
    listed(COLLECTIONS + "SingletonList", size -> 0);
    listed(COLLECTIONS + "SingletonSet", size -> 0);
    listed(COLLECTIONS + "CopiesList", size -> 0);
    shapes.shared(COLLECTIONS + "EmptyList");
    shapes.shared(COLLECTIONS + "EmptySet");
    shapes.branchUnless(list -> list.isEmpty(), IMMUTABLE + "ListN", List.class, (list, walk) -> {
      walk.addAll(list.size(), list::get);
      return layout.references(list.size());
    });
    shapes.branchUnless(set -> set.isEmpty(), IMMUTABLE + "SetN", Collection.class, (set, walk) -> {
      addElements(set, walk);
      return layout.references(2L * set.size()); // half of its slots stay free
    });
  }

  /** What they wrap can't be seen: most likely it is the usual list, set or sorted set. */
  private void wrappers() {
    long innerList = layout.instance(ArrayList.class);
    long innerHashSet = layout.instance(HashSet.class);
    long innerTreeSet = layout.instance(TreeSet.class);
    for (String kind : List.of("Unmodifiable", "Synchronized")) {
      String wrapper = COLLECTIONS + kind;
      listed(wrapper + "Collection", size -> innerList + list(size));
      listed(wrapper + "List", size -> innerList + list(size));
      listed(wrapper + "RandomAccessList", size -> innerList + list(size));
      listed(wrapper + "Set", size -> innerHashSet + hash.bytes(size));
      listed(wrapper + "SortedSet", size -> innerTreeSet + tree.bytes(size));
      listed(wrapper + "NavigableSet", size -> innerTreeSet + tree.bytes(size));
    }
  }

  /** A list that finds its elements by index. */
  private void indexed(String className, IntToLongFunction structure) {
    shapes.branch(className, List.class, (list, walk) -> {
      walk.addAll(list.size(), list::get);
      return structure.applyAsLong(list.size());
    });
  }

  /** A collection that lists its elements. */
  private void listed(String className, IntToLongFunction structure) {
    shapes.branch(className, Collection.class, (elements, walk) -> {
      addElements(elements, walk);
      return structure.applyAsLong(elements.size());
    });
  }

  /** By a spliterator where that goes: unlike an iterator it leaves no view in the set. */
  private static void addElements(Collection<?> elements, Walk walk) {
    if (walk.isFew(elements.size())) {
      elements.spliterator().forEachRemaining(walk::add);
    } else {
      walk.addAll(elements.size(), elements.iterator(), walk::add);
    }
  }
}

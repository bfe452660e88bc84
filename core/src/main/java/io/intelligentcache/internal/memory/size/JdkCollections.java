package io.intelligentcache.internal.memory.size;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.IntToLongFunction;

/** Lists, sets and queues: formulas give the size of their structure, iteration finds their elements. */
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
    collections.always();
    collections.immutable();
    if (!shapes.unsafe()) {
      collections.lists();
      collections.sets();
      collections.queues();
      collections.wrappers();
    }
  }

  private void always() {
    arrayList();
    long node = layout.instance("java.util.LinkedList$Node");
    listed(LinkedList.class.getName(), size -> size * node);
    long lock = layout.instance(Object.class);
    indexed(CopyOnWriteArrayList.class.getName(), size -> lock + layout.references(size));
    long list = layout.instance(CopyOnWriteArrayList.class) + lock;
    listed(CopyOnWriteArraySet.class.getName(), size -> list + layout.references(size));
    shapes.fieldsOnly("java.util.RegularEnumSet");
    shapes.branch(ConcurrentHashMap.KeySetView.class, (view, walk) -> {
      walk.add(view.getMap()); // a view of a map keeps all its values
      walk.add(view.getMappedValue());
      return 0;
    });
  }

  private void arrayList() {
    String name = ArrayList.class.getName();
    ReferenceField elements = shapes.field(name, "elementData");
    if (elements == null) {
      indexed(name, this::list);
      return;
    }
    shapes.branch(ArrayList.class, (list, walk) -> {
      if (!(elements.in(list) instanceof Object[] array) || array.length == 0) {
        return 0; // an empty array that all lists share
      }
      walk.addAll(array);
      return layout.references(array.length);
    });
  }

  private void lists() {
    indexed("java.util.Vector", this::list);
    indexed("java.util.Stack", this::list);
    indexed("java.util.Arrays$ArrayList", layout::references);
  }

  private long list(int size) {
    return size == 0 ? 0 : layout.references(GrowthSlack.list(size));
  }

  private void sets() {
    MapStructure linked = MapStructure.linked(layout);
    long view = layout.instance("java.util.LinkedHashMap$LinkedKeySet"); // created by the iteration
    listed(HashSet.class.getName(), hash::bytes);
    listed(LinkedHashSet.class.getName(), size -> view + linked.bytes(size));
    shapes.branch(TreeSet.class, (set, walk) -> {
      addElements(set, walk);
      walk.add(set.comparator());
      return tree.bytes(set.size());
    });
  }

  private void queues() {
    listed(ArrayDeque.class.getName(), size -> layout.references(GrowthSlack.deque(size)));
    shapes.branch(PriorityQueue.class, (queue, walk) -> {
      addElements(queue, walk);
      walk.add(queue.comparator());
      return layout.references(GrowthSlack.heap(queue.size()));
    });
    long node = layout.instance("java.util.concurrent.ConcurrentLinkedQueue$Node");
    listed(ConcurrentLinkedQueue.class.getName(), size -> (size + 1) * node);
  }

  private void immutable() {
    indexed(IMMUTABLE + "List12", size -> 0);
    listed(IMMUTABLE + "Set12", size -> 0);
    listed(COLLECTIONS + "SingletonList", size -> 0);
    listed(COLLECTIONS + "SingletonSet", size -> 0);
    if (!shapes.unsafe()) {
      shapes.branch(COLLECTIONS + "CopiesList", List.class, (copies, walk) -> {
        if (!copies.isEmpty()) {
          walk.add(copies.get(0)); // all elements are one object
        }
        return 0;
      });
    }
    shapes.shared(COLLECTIONS + "EmptyList");
    shapes.shared(COLLECTIONS + "EmptySet");
    shapes.branchUnless(list -> list.isEmpty(), IMMUTABLE + "ListN", List.class, (list, walk) -> {
      addIndexed(list, walk);
      return layout.references(list.size());
    });
    shapes.branchUnless(set -> set.isEmpty(), IMMUTABLE + "SetN", Collection.class, (set, walk) -> {
      addElements(set, walk);
      return layout.references(2L * set.size()); // half of its slots stay free
    });
  }

  /**
   * The wrapped collection can't be accessed: it is assumed to be the usual list, set or sorted set. So views
   * of larger collections are underestimated.
   */
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
      addIndexed(list, walk);
      return structure.applyAsLong(list.size());
    });
  }

  private static void addIndexed(List<?> list, ObjectWalk walk) {
    int size = list.size();
    for (int i = 0; i < size; i++) {
      walk.add(list.get(i));
    }
  }

  /** A collection whose elements are found by iteration. */
  private void listed(String className, IntToLongFunction structure) {
    shapes.branch(className, Collection.class, (elements, walk) -> {
      addElements(elements, walk);
      return structure.applyAsLong(elements.size());
    });
  }

  /** Uses a spliterator: in contrast to an iterator, it leaves no view in the set. */
  private static void addElements(Collection<?> elements, ObjectWalk walk) {
    elements.spliterator().forEachRemaining(walk::add);
  }
}

package io.intelligentcache.internal.codec.json;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/** The collections and maps that the JSON codec reads back as they were. */
final class Containers {
  private static final Set<Class<?>> INTERFACES = Set.of(
      Collection.class,
      List.class,
      Set.class,
      SortedSet.class,
      NavigableSet.class,
      Queue.class,
      Deque.class,
      EnumSet.class,
      Map.class,
      SortedMap.class,
      NavigableMap.class,
      ConcurrentMap.class,
      ConcurrentNavigableMap.class);

  private static final Set<Class<?>> CLASSES = Set.of(
      ArrayList.class,
      LinkedList.class,
      Vector.class,
      CopyOnWriteArrayList.class,
      HashSet.class,
      LinkedHashSet.class,
      TreeSet.class,
      CopyOnWriteArraySet.class,
      ConcurrentSkipListSet.class,
      ArrayDeque.class,
      HashMap.class,
      LinkedHashMap.class,
      TreeMap.class,
      Hashtable.class,
      ConcurrentHashMap.class,
      ConcurrentSkipListMap.class,
      EnumMap.class);

  private Containers() {}

  static boolean isKnown(Class<?> declared) {
    return INTERFACES.contains(declared) || CLASSES.contains(declared);
  }

  /**
   * Makes the empty set into which values of a type are read, or null if the type is no set; a type declared as
   * Set keeps its order.
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  static @Nullable Supplier<Object> emptySet(JavaType declared) {
    Class<?> raw = declared.getRawClass();
    if (raw == Set.class || raw == LinkedHashSet.class) {
      return LinkedHashSet::new;
    } else if (raw == HashSet.class) {
      return HashSet::new;
    } else if (raw == SortedSet.class || raw == NavigableSet.class || raw == TreeSet.class) {
      return TreeSet::new;
    } else if (raw == EnumSet.class && declared.getContentType().getRawClass().isEnum()) {
      return () -> EnumSet.noneOf((Class) declared.getContentType().getRawClass());
    } else if (raw == CopyOnWriteArraySet.class) {
      return CopyOnWriteArraySet::new;
    }
    return raw == ConcurrentSkipListSet.class ? ConcurrentSkipListSet::new : null;
  }

  /**
   * Whether values of a type are compared by their elements after they were read, although they may have been
   * compared by identity before they were written.
   */
  private static boolean becomesEqual(JavaType type) {
    Class<?> raw = type.getRawClass();
    return raw.isArray()
        || raw == Queue.class
        || raw == Deque.class
        || ((type.isContainerType() || type.isReferenceType())
            && type.getContentType() != null
            && becomesEqual(type.getContentType()));
  }

  /** Why a set can't have elements of this type, or null if it can. */
  static @Nullable String noElement(JavaType set) {
    return Set.class.isAssignableFrom(set.getRawClass()) && becomesEqual(set.getContentType())
        ? "arrays and queues are equal only to themselves, so no set finds them: use a List"
        : null;
  }

  /** Why a container would not be the same after it was read as its declared type, or null if it would. */
  static @Nullable String loss(Class<?> declared, Object value) {
    if (CLASSES.contains(declared) && value.getClass() != declared) {
      return "the type says " + declared.getName() + ", and the value is a "
          + value.getClass().getName();
    }
    if (declared == Collection.class && !(value instanceof List)) {
      return "a Collection is read back as a List, and the value is a "
          + value.getClass().getName();
    }
    if ((declared == Queue.class || declared == Deque.class)
        && value.getClass() != LinkedList.class
        && value.getClass() != ArrayDeque.class) {
      return "a queue is read back as a LinkedList, and the value is a "
          + value.getClass().getName();
    }
    if (hasOwnOrder(value)) {
      return "the comparator of a " + value.getClass().getName() + " would be lost";
    }
    return value instanceof IdentityHashMap
        ? "keys that are read are never the same objects, as an IdentityHashMap needs them"
        : null;
  }

  /** Whether a sorted set or map has a comparator other than the natural order. */
  static boolean hasOwnOrder(Object value) {
    return (value instanceof SortedSet<?> set && ordersItsOwnWay(set.comparator()))
        || (value instanceof SortedMap<?, ?> map && ordersItsOwnWay(map.comparator()));
  }

  private static boolean ordersItsOwnWay(@Nullable Comparator<?> comparator) {
    return comparator != null && comparator != Comparator.naturalOrder();
  }
}

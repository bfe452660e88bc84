package io.intelligentcache.internal.codec.json;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first difference between two values, by their contents: arrays and collections element by element,
 * maps entry by entry, the application's classes field by field. Fields show more than an {@code equals} that
 * compares an id only, and arrays in records have no useful {@code equals}.
 *
 * <p>Where fields differ, a class's own {@code equals} may still say that both are equal, unless its fields are
 * what the codec writes. For example, a cached hash code is not part of the value.
 */
public final class Comparison {
  /** The most pairs that are compared to match elements without order. */
  private static final int MOST_PAIRS = 10_000;

  /**
   * A difference between two values.
   *
   * @param what the place, and the two values there
   * @param certain false if a class without an equals of its own is involved, so that comparing the encoded
   *     bytes may be more accurate
   */
  public record Difference(String what, boolean certain) {}

  /** Whether two values of a class are the same only if their fields are. */
  private final Predicate<Class<?>> byFields;

  /** Whether no difference was found in a class that has no equals and is not written field by field. */
  private boolean certain = true;

  private int pairs;

  private final IdentityHashMap<Object, Object> compared = new IdentityHashMap<>();

  private Comparison(Predicate<Class<?>> byFields) {
    this.byFields = byFields;
  }

  /**
   * Compares two values.
   *
   * @param byFields whether two values of a class are the same only if their fields are
   * @return the first difference, or null if there is none
   */
  public static @Nullable Difference between(
      Object one, Object other, Predicate<Class<?>> byFields) {
    var comparison = new Comparison(byFields);
    String where = comparison.at("", one, other);
    return where == null ? null : new Difference(where, comparison.certain);
  }

  /** Whether a class of the application has its own equals. */
  static boolean hasOwnEquals(Class<?> type) {
    try {
      return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class;
    } catch (NoSuchMethodException everyClassHasIt) {
      throw new AssertionError(everyClassHasIt);
    }
  }

  /** Whether a class belongs to the JDK, so that its fields are not compared. */
  static boolean isOfJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  private @Nullable String at(String path, @Nullable Object one, @Nullable Object other) {
    if (one == other) {
      return null;
    }
    if (one == null || other == null) {
      return says(path, one == null ? "null has become a value" : "a value has become null");
    }
    if (Containers.hasOwnOrder(one) && !Containers.hasOwnOrder(other)) {
      return says(path, "the comparator of a " + one.getClass().getName() + " is lost");
    }
    if (one instanceof List<?> list && other instanceof List<?> same) {
      return elements(path, list, same);
    }
    if (one instanceof Set<?> set && other instanceof Set<?> same) {
      boolean soFar = certain;
      if (elements(path, set, same) == null) {
        return null;
      }
      certain = soFar;
      return unordered(path, set, same);
    }
    if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> same) {
      return entries(path, map, same);
    }
    if (one instanceof Queue<?> queue && other instanceof Queue<?> same) {
      return elements(path, queue, same);
    }
    if (one.getClass() != other.getClass()) {
      return says(
          path, one.getClass().getTypeName() + " has become " + other.getClass().getTypeName());
    }
    if (one.getClass().isArray()) {
      return arrays(path, one, other);
    }
    if (one instanceof Optional<?> some && other instanceof Optional<?> same) {
      return at(path, some.orElse(null), same.orElse(null));
    }
    if (isOfJdk(one.getClass()) || one instanceof Enum) {
      if (one.equals(other)) {
        return null;
      }
      certain &= hasOwnEquals(one.getClass());
      return says(path, "the value differs");
    }
    if (compared.put(one, other) == other) {
      return null; // already being compared
    }
    String difference = fields(path, one, other);
    if (difference != null) {
      compared.remove(one); // the same pair may be compared again
    }
    return difference;
  }

  private @Nullable String elements(String path, Collection<?> all, Collection<?> same) {
    if (all.size() != same.size()) {
      return says(path, all.size() + " elements have become " + same.size());
    }
    Iterator<?> others = same.iterator();
    int index = 0;
    for (Object element : all) {
      String difference = at(path + "[" + index++ + "]", element, others.next());
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  /**
   * Compares collections without order. Each element is compared with the one that is equal to it. Elements
   * without an equal one, for example objects without an equals, are compared with each other.
   */
  private @Nullable String unordered(String path, Collection<?> all, Collection<?> same) {
    if (all.size() != same.size()) {
      return says(path, all.size() + " elements have become " + same.size());
    }
    Map<Object, Object> equals = new HashMap<>();
    same.forEach(element -> equals.put(element, element));
    List<Object> alone = new ArrayList<>();
    for (Object element : all) {
      if (!equals.containsKey(element)) {
        alone.add(element);
        continue;
      }
      String difference = at(path + "[]", element, equals.remove(element));
      if (difference != null) {
        return difference;
      }
    }
    List<Object> others = new ArrayList<>(equals.values());
    for (Object element : alone) {
      if (!foundAmong(others, path, element)) {
        return says(path, "an element is missing or has become another");
      }
    }
    return null;
  }

  /**
   * Removes from a list an element that is the same as an object. Returns true also if the limit of comparisons
   * is reached.
   */
  private boolean foundAmong(List<Object> others, String path, @Nullable Object one) {
    boolean soFar = certain;
    for (int i = 0; i < others.size(); i++) {
      if (pairs++ >= MOST_PAIRS) {
        certain = soFar;
        return true;
      }
      if (at(path + "[]", one, others.get(i)) == null) {
        others.remove(i);
        certain = soFar;
        return true;
      }
    }
    return false;
  }

  private @Nullable String entries(String path, Map<?, ?> map, Map<?, ?> same) {
    if (map.size() != same.size()) {
      return says(path, map.size() + " entries have become " + same.size());
    }
    List<Object> alone = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!same.containsKey(entry.getKey())) {
        alone.add(Arrays.asList(entry.getKey(), entry.getValue()));
        continue;
      }
      String difference = at(path + "{}", entry.getValue(), same.get(entry.getKey()));
      if (difference != null) {
        return difference;
      }
    }
    if (alone.isEmpty()) {
      return null;
    }
    List<Object> others = new ArrayList<>();
    for (Map.Entry<?, ?> entry : same.entrySet()) {
      if (!map.containsKey(entry.getKey())) {
        others.add(Arrays.asList(entry.getKey(), entry.getValue()));
      }
    }
    for (Object entry : alone) {
      if (!foundAmong(others, path, entry)) {
        return says(path, "a key is missing or has become another");
      }
    }
    return null;
  }

  private @Nullable String arrays(String path, Object one, Object other) {
    int length = Array.getLength(one);
    if (length != Array.getLength(other)) {
      return says(path, length + " elements have become " + Array.getLength(other));
    }
    if (one instanceof byte[] bytes && other instanceof byte[] same) {
      return Arrays.equals(bytes, same) ? null : says(path, "bytes differ");
    }
    for (int i = 0; i < length; i++) {
      String difference = at(path + "[" + i + "]", Array.get(one, i), Array.get(other, i));
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private @Nullable String fields(String path, Object one, Object other) {
    boolean hasTransient = false;
    String difference = null;
    try {
      for (Class<?> type = one.getClass();
          type != null && type != Object.class;
          type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (Modifier.isStatic(field.getModifiers())) {
            continue;
          }
          if (Modifier.isTransient(field.getModifiers())) {
            hasTransient = true;
            continue;
          }
          field.setAccessible(true);
          difference = at(path + "." + field.getName(), field.get(one), field.get(other));
          if (difference != null) {
            break;
          }
        }
        if (difference != null) {
          break;
        }
      }
    } catch (RuntimeException | IllegalAccessException hidden) {
      difference = says(path, "the fields of " + one.getClass().getName() + " can't be compared");
    }
    if (!hasOwnEquals(one.getClass())) {
      certain &= difference == null || byFields.test(one.getClass());
      return difference;
    }
    if (difference != null) {
      return byFields.test(one.getClass()) || !one.equals(other) ? difference : null;
    }
    return hasTransient && !one.equals(other)
        ? says(path, "it is not equal any more: equals looks at a transient field")
        : null;
  }

  private static String says(String path, String what) {
    return path.isEmpty() ? what : path + ": " + what;
  }
}

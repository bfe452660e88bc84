package io.intelligentcache.memory.size;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * The shapes of classes of the JDK that refer to others by fields which reflection may not read, by
 * name. What they hold is asked for through their methods.
 */
final class JdkShapes {
  private final Map<String, Shape> shapes = new HashMap<>();
  private final HeapLayout layout;

  /** Finds the parts of an object. */
  @FunctionalInterface
  interface Parts<T> {
    /** {@return bytes besides the object's own and those of the parts added to the walk} */
    long visit(T object, Walk walk);
  }

  JdkShapes(HeapLayout layout) {
    this.layout = layout;
  }

  Map<String, Shape> all() {
    JdkValues.describe(this, layout);
    JdkCollections.describe(this, layout);
    JdkMaps.describe(this, layout);
    return Map.copyOf(shapes);
  }

  /** A class whose objects are counted as a whole. */
  <T> void leaf(Class<T> type, ToLongFunction<T> bytes) {
    shapes.put(type.getName(), (Shape.Leaf) object -> bytes.applyAsLong(type.cast(object)));
  }

  /** A class whose objects count with their fields alone. */
  void fieldsOnly(String className) {
    long own = layout.instance(className);
    shapes.put(className, (Shape.Leaf) object -> own);
  }

  /** A class of objects that everybody shares. */
  void shared(String className) {
    shapes.put(className, (Shape.Leaf) object -> 0);
  }

  /** A class of which some objects are shared by everybody. */
  <T> void branchUnless(Predicate<T> shared, String className, Class<T> type, Parts<T> parts) {
    long own = layout.instance(className);
    shapes.put(className, (Shape.Branch) (object, walk) -> {
      T typed = type.cast(object);
      return shared.test(typed) ? 0 : own + parts.visit(typed, walk);
    });
  }

  /** A class whose objects have parts. */
  <T> void branch(Class<T> type, Parts<T> parts) {
    branch(type.getName(), type, parts);
  }

  /** A class that has no public name, but a public supertype. */
  <T> void branch(String className, Class<T> type, Parts<T> parts) {
    branchUnless(object -> false, className, type, parts);
  }
}

package io.intelligentcache.internal.memory.size;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of JDK classes that need not be, or can't be, inspected, by name. Their contents are read through
 * their methods. Where their fields can be read, fields are used only for classes whose elements are found
 * faster this way. The fields also show what else an object holds, and how much spare room it has.
 */
final class JdkShapes {
  private final Map<String, Shape> shapes = new HashMap<>();
  private final HeapLayout layout;
  private final boolean unsafe;

  /** Finds the parts of an object. */
  @FunctionalInterface
  interface Parts<T> {
    /** {@return bytes besides the object's own and those of the parts added to the walk} */
    long visit(T object, ObjectWalk walk);
  }

  /**
   * Makes an empty table of shapes.
   *
   * @param unsafe whether {@link UnsafeFields} may be used
   */
  JdkShapes(HeapLayout layout, boolean unsafe) {
    this.layout = layout;
    this.unsafe = unsafe;
  }

  Map<String, Shape> all() {
    JdkValues.describe(this, layout);
    JdkCollections.describe(this, layout);
    JdkMaps.describe(this, layout);
    return Map.copyOf(shapes);
  }

  /** Whether the fields of all JDK classes can be read. */
  boolean unsafe() {
    return unsafe;
  }

  /** The field that holds the elements of a class, if it can be read. */
  @Nullable
  ReferenceField field(String className, String name) {
    return ReferenceField.of(className, name, unsafe);
  }

  /** A class whose objects are counted as a whole. */
  <T> void leaf(Class<T> type, ToLongFunction<T> bytes) {
    shapes.put(type.getName(), (Shape.Leaf) object -> bytes.applyAsLong(type.cast(object)));
  }

  /** A class whose objects count only their fields. */
  void fieldsOnly(String className) {
    long own = layout.instance(className);
    shapes.put(className, (Shape.Leaf) object -> own);
  }

  /** A class of objects that the whole JVM shares. */
  void shared(String className) {
    shapes.put(className, (Shape.Leaf) object -> 0);
  }

  /** A class some of whose objects the whole JVM shares. */
  <T> void branchUnless(Predicate<T> shared, String className, Class<T> type, Parts<T> parts) {
    long own = layout.instance(className);
    shapes.put(className, (Shape.Branch) (object, walk) -> {
      T typed = type.cast(object);
      return shared.test(typed) ? 0 : own + parts.visit(typed, walk);
    });
  }

  /**
   * As the other method, for a class whose objects also have fields outside their structure, for example views
   * of themselves.
   */
  <T> void branchUnless(
      Predicate<T> shared, String className, Class<T> type, Set<String> structure, Parts<T> parts) {
    if (!unsafe) {
      branchUnless(shared, className, type, parts);
      return;
    }
    ReferenceFields others = others(className, structure);
    shapes.put(className, (Shape.Branch) (object, walk) -> {
      T typed = type.cast(object);
      return shared.test(typed) ? 0 : others.visit(object, walk) + parts.visit(typed, walk);
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

  /**
   * A class whose objects have parts, and also fields outside their structure, for example views of themselves.
   *
   * @param structure names of the fields that {@code parts} counts
   */
  <T> void branch(String className, Class<T> type, Set<String> structure, Parts<T> parts) {
    branchUnless(object -> false, className, type, structure, parts);
  }

  private ReferenceFields others(String className, Set<String> structure) {
    try {
      Class<?> type = Class.forName(className, false, ClassLoader.getPlatformClassLoader());
      return ReferenceFields.of(type, structure, layout.instance(type), true);
    } catch (ClassNotFoundException renamed) {
      throw new IllegalStateException(renamed);
    }
  }
}

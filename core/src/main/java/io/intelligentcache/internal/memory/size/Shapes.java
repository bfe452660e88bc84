package io.intelligentcache.internal.memory.size;

import java.lang.ref.Reference;
import java.lang.ref.SoftReference;
import java.lang.reflect.Array;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The shapes of all classes, computed once for each class. */
final class Shapes {
  private static final HeapLayout LAYOUT = HeapLayout.OF_THIS_JVM;
  static final Shapes OF_THIS_JVM = new Shapes(UnsafeFields.areReadable());

  /** The JVM pads the objects of these classes, so that threads don't share a cache line. */
  private static final Set<String> PADDED = Set.of(
      "java.util.concurrent.ConcurrentHashMap$CounterCell",
      "java.util.concurrent.atomic.Striped64$Cell",
      "java.util.concurrent.ForkJoinPool",
      "java.util.concurrent.ForkJoinPool$WorkQueue",
      "java.util.concurrent.Exchanger$Node");

  private static final int PADDING_BYTES = 256;

  private final boolean unsafe;
  private final Map<String, Shape> ofTheJdk;

  /** Shapes of classes that stay loaded as long as this one. */
  private final Map<Class<?>, Shape> lasting = new ConcurrentHashMap<>();

  /**
   * Shapes of all other classes. A class refers to its class values, so a class that stays loaded longer would
   * keep this library from being unloaded.
   */
  private final ClassValue<Shape> passing = new ClassValue<>() {
    @Override
    protected Shape computeValue(Class<?> type) {
      return made(type);
    }
  };

  /**
   * Makes an empty table of shapes.
   *
   * @param unsafe whether {@link UnsafeFields} may be used
   */
  Shapes(boolean unsafe) {
    this.unsafe = unsafe;
    this.ofTheJdk = new JdkShapes(LAYOUT, unsafe).all();
  }

  Shape of(Class<?> type) {
    Shape known = lasting.get(type);
    if (known != null) {
      return known;
    }
    if (!isLasting(type)) {
      return passing.get(type);
    }
    Shape made = made(type);
    lasting.put(type, made);
    return made;
  }

  /** Whether a class belongs to this library's class loader, or to one of its parents. */
  private static boolean isLasting(Class<?> type) {
    if (type.isHidden()) {
      return false;
    }
    ClassLoader theirs = type.getClassLoader();
    ClassLoader ours = Shapes.class.getClassLoader();
    while (ours != null && ours != theirs) {
      ours = ours.getParent();
    }
    return ours == theirs;
  }

  private Shape made(Class<?> type) {
    try {
      return shape(type);
    } catch (RuntimeException
        | LinkageError unreadable) { // for example, the class of a field is missing
      return unknown(type);
    }
  }

  /** See {@link ObjectGraph#measure(Object, long)}. */
  HeapSize measure(Object object, long most) {
    try {
      return of(object.getClass()) instanceof Shape.Leaf leaf
          ? new HeapSize(leaf.bytes(object), null)
          : new ObjectWalk(this, most).measure(object);
    } catch (Throwable failure) { // out of memory or stack: measuring must not fail
      return new HeapSize(
          HeapLayout.UNKNOWN_BYTES,
          "an object that failed: " + failure.getClass().getName());
    }
  }

  private Shape shape(Class<?> type) {
    Class<?> component = type.getComponentType();
    if (component != null) {
      return component.isPrimitive() ? primitives(component) : references();
    }
    if (Enum.class.isAssignableFrom(type)) {
      return (Shape.Leaf) constant -> 0;
    }
    if (isOfTheJdk(type)) {
      Shape known = ofTheJdk.get(type.getName());
      Shape shape = known != null ? known : JdkRuntime.shape(type, LAYOUT, unsafe);
      if (shape != null) {
        return shape;
      }
    }
    long bytes = LAYOUT.instance(type) + (PADDED.contains(type.getName()) ? PADDING_BYTES : 0);
    Shape fields = ReferenceFields.shape(type, bytes, unsafe);
    return SoftReference.class.isAssignableFrom(type) ? soft(fields) : fields;
  }

  private static boolean isOfTheJdk(Class<?> type) {
    return type.getClassLoader() == null
        || type.getClassLoader() == ClassLoader.getPlatformClassLoader();
  }

  /** The shape of a class that can't be inspected. */
  private static Shape.Branch unknown(Class<?> type) {
    return (object, walk) -> {
      walk.miss("a " + type.getName());
      return HeapLayout.UNKNOWN_BYTES;
    };
  }

  /** The referent of a soft reference stays until the heap is nearly full. */
  private static Shape.Branch soft(Shape fields) {
    return (object, walk) -> {
      walk.add(((Reference<?>) object).get());
      return fields instanceof Shape.Branch branch
          ? branch.visit(object, walk)
          : ((Shape.Leaf) fields).bytes(object);
    };
  }

  private static Shape.Leaf primitives(Class<?> component) {
    int bytes = HeapLayout.primitive(component);
    return array -> LAYOUT.array(Array.getLength(array), bytes);
  }

  private static Shape.Branch references() {
    return (object, walk) -> {
      Object[] array = (Object[]) object;
      walk.addAll(array);
      return LAYOUT.references(array.length);
    };
  }
}

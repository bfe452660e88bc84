package io.intelligentcache.internal.memory.size;

/**
 * Measures how much heap objects take.
 *
 * <p>Exact, on HotSpot, wherever fields can be read; see {@link UnsafeFields} for the JDK's fields. Where
 * fields can't be read, the size of the JDK's collections and values follows from how they are built, and their
 * elements are walked. The spare room in lists and hash tables is then assumed to be that after growing by one
 * element at a time. Enum constants, classes, the empty string, empty immutable collections, boxes that {@code
 * valueOf} shares and similar objects count nothing. An object that one value refers to twice is counted once,
 * if it is larger than a box. An object that two values share is counted for both.
 */
public final class ObjectGraph {
  private ObjectGraph() {}

  /** {@return bytes of a reference in this JVM: 4 where they are compressed, else 8} */
  public static int referenceBytes() {
    return HeapLayout.OF_THIS_JVM.reference();
  }

  /** As {@link #measure(Object, long)}, without a limit. */
  static HeapSize measure(Object object) {
    return measure(object, Long.MAX_VALUE);
  }

  /**
   * Measures an object with all objects that it refers to.
   *
   * <p>Takes up to 0.1 microseconds for every object found. Ends early when it has found more than {@code most}
   * bytes, or {@value ObjectWalk#MOST_OBJECTS} objects; in the latter case the result is not {@linkplain
   * HeapSize#whole whole}. Calls no code of user classes, unless a JDK collection wraps a user's collection and
   * its fields can't be read. Thread-safe; takes no lock, and throws nothing: if an object is changed
   * meanwhile, or fails, the result is not whole.
   *
   * @param object the object
   * @param most the measurement may end when it has found more bytes than this
   * @return its size, or some number greater than {@code most}
   */
  public static HeapSize measure(Object object, long most) {
    return Shapes.OF_THIS_JVM.measure(object, most);
  }
}

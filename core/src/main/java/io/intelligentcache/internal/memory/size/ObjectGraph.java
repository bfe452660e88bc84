package io.intelligentcache.internal.memory.size;

/**
 * Measures how much heap objects take.
 *
 * <p>Exact, on HotSpot, wherever fields can be read; see {@link UnsafeFields} for the JDK's. Where
 * those can't be, the JDK's collections and values are counted by how they are built, and their
 * elements are walked; spare room in lists and hash tables is assumed to be what growing by one
 * element at a time leaves. Enum constants, classes, the empty string, empty immutable collections,
 * boxes that {@code valueOf} shares and the like take nothing. What one object refers to twice is
 * counted once, if it is larger than a box; what two values share is counted for both.
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
   * Measures an object with all that it refers to.
   *
   * <p>Takes up to 0.1 microseconds for every object found. Ends early when more bytes were found than
   * asked about, or {@value ObjectWalk#MOST_OBJECTS} objects: the latter is not {@linkplain HeapSize#whole
   * whole}. Calls no code of user classes unless a collection of the JDK wraps one of theirs, and its
   * fields can't be read. Thread-safe; takes no lock, and throws nothing: an object that is changed
   * meanwhile, or fails, is not whole.
   *
   * @param object the object
   * @param most no more than this need be found
   * @return its size, or some number greater than {@code most}
   */
  public static HeapSize measure(Object object, long most) {
    return Shapes.OF_THIS_JVM.measure(object, most);
  }
}

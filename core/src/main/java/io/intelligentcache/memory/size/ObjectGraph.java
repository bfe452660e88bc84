package io.intelligentcache.memory.size;

/**
 * Measures how much heap objects take.
 *
 * <p>Exact, on HotSpot, for strings, boxes, arrays, records and objects whose fields reflection may
 * read. The JDK's collections and values, whose fields it may not, are counted by how they are built,
 * and their elements are walked; spare room in lists and hash tables is assumed to be what growing
 * by one element at a time leaves. Enum constants, classes, the empty string, empty immutable
 * collections, boxes that {@code valueOf} shares and the like take nothing. What one object refers to
 * twice is counted once; what two values share is counted for both.
 */
public final class ObjectGraph {
  private ObjectGraph() {}

  /** {@return bytes of a reference in this JVM: 4 where they are compressed, else 8} */
  public static int referenceBytes() {
    return HeapLayout.OF_THIS_JVM.reference();
  }

  /**
   * Measures an object with all that it refers to.
   *
   * <p>Takes up to 0.1 microseconds for every object found, of which there are a few thousand at
   * most: large graphs are sampled. Iterates the JDK's collections, but calls no code of user classes unless
   * such a collection wraps one of theirs. Thread-safe; takes no lock, and throws nothing: an
   * object that is changed meanwhile, or fails, is not {@linkplain HeapSize#whole whole}.
   *
   * @param object the object
   * @return its size
   */
  public static HeapSize measure(Object object) {
    try {
      return Shapes.of(object.getClass()) instanceof Shape.Leaf leaf
          ? new HeapSize(leaf.bytes(object), true)
          : new Walk().measure(object);
    } catch (Throwable unreadable) { // out of memory or stack: a size is not worth a failure
      return new HeapSize(HeapLayout.UNKNOWN_BYTES, false);
    }
  }
}

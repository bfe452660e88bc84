package io.intelligentcache.internal.memory.size;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One walk over all objects that an object refers to. It has a stack of its own, so neither deep nor circular
 * references are a problem. Each object is counted once, except boxes and other small ones, which are cheaper
 * to count again than to remember.
 *
 * <p>Nothing is sampled: a sample would miss one large element among many small ones. The work is still
 * bounded. A walk ends when it has found more bytes than it was asked about, or more than {@value
 * #MOST_OBJECTS} objects. The latter happens where a value refers to the application around it.
 */
final class ObjectWalk {
  static final int MOST_OBJECTS = 1 << 20;

  /** Objects up to this size without references are counted each time they are found. */
  private static final int SMALL = 32;

  private static final int FIRST_STACK = 16;

  private final Shapes shapes;
  private final long most;
  private final SeenObjects seen = new SeenObjects();
  private @Nullable Object[] waiting = new Object[FIRST_STACK];
  private int count;
  private long bytes;
  private @Nullable String missing;

  /** Thrown to end a walk. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Enough() {
      super(null, null, false, false);
    }
  }

  /**
   * Begins a walk.
   *
   * @param most the walk may end when it has found more bytes than this
   */
  ObjectWalk(Shapes shapes, long most) {
    this.shapes = shapes;
    this.most = most;
  }

  /** Measures an object. If something throws during the walk, the result is what was found until then. */
  HeapSize measure(Object root) {
    try {
      add(root);
      walk();
    } catch (Enough found) {
      return new HeapSize(bytes, missing);
    } catch (Throwable failure) { // another thread changed a collection, or user code failed
      miss("an object that failed: " + failure.getClass().getName());
    }
    return new HeapSize(bytes, missing);
  }

  private void walk() {
    while (count > 0) {
      Object object = requireNonNull(waiting[--count]);
      waiting[count] = null;
      if (remember(object) && shapes.of(object.getClass()) instanceof Shape.Branch branch) {
        book(branch.visit(object, this)); // counts leaves as it finds them
      }
    }
  }

  /** Adds an object that the current one refers to. */
  void add(@Nullable Object object) {
    if (object == null) {
      return;
    }
    if (shapes.of(object.getClass()) instanceof Shape.Leaf leaf) {
      long size = leaf.bytes(object);
      if (size <= SMALL || remember(object)) {
        book(size);
      }
    } else {
      push(object);
    }
  }

  /** Adds the elements of an array. */
  void addAll(@Nullable Object[] elements) {
    for (Object element : elements) {
      add(element);
    }
  }

  private boolean remember(Object object) {
    boolean added = seen.add(object);
    if (added && seen.size() > MOST_OBJECTS) {
      miss("more than " + MOST_OBJECTS + " objects");
      throw new Enough();
    }
    return added;
  }

  @SuppressWarnings("ReferenceEquality") // identity, not equality
  private void push(Object object) {
    if (count > 0 && waiting[count - 1] == object) {
      return; // the one value of all elements of a set
    }
    if (count == waiting.length) {
      waiting = Arrays.copyOf(waiting, count * 2);
    }
    waiting[count++] = object;
  }

  private void book(long more) {
    bytes += more;
    if (bytes > most) {
      throw new Enough();
    }
  }

  /** Notes that the current object refers to something that can't be measured. */
  void miss(String what) {
    if (missing == null) {
      missing = what;
    }
  }
}

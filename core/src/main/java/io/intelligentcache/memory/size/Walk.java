package io.intelligentcache.memory.size;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One walk over all that an object refers to, with a stack of its own, so that neither depth nor
 * circles matter. Each object is counted once, but for boxes and other small ones, which are cheaper
 * to count again than to remember.
 *
 * <p>The work is bounded by sampling. Every object on the stack stands for some number of objects,
 * its share: at first for itself alone.
 *
 * <ul>
 *   <li>Of a container with more than {@value #CROWD} elements as many are looked at, and stand for
 *       the others: spread over the whole by index, or over the first {@value #FURTHEST} where there
 *       is only an iterator.
 *   <li>After {@value #FULL} objects, and after every {@value #MORE} from there, all but every so
 *       many of those that still wait are dropped, and the {@value #KEPT} that stay stand for them;
 *       from then on {@value #FEW} elements speak for a container.
 *   <li>What waits after {@value #THINNINGS} times is counted at the mean of what was seen, and the
 *       result says that it is not the whole. That takes long chains of the user's own making:
 *       their length can't be told without walking them.
 * </ul>
 */
final class Walk {
  private static final int CROWD = 1_024;
  private static final int FEW = 32;
  private static final int FURTHEST = 8_192;
  private static final int FULL = 4_096;
  private static final int MORE = 1_024;
  private static final int KEPT = 64;
  private static final int THINNINGS = 4;

  /** Objects up to this size that refer to nothing are counted as often as they are referred to. */
  private static final int SMALL = 32;

  private static final int FIRST_STACK = 16;

  private final SeenObjects seen = new SeenObjects();
  private @Nullable Object[] waiting = new Object[FIRST_STACK];

  /** The shares of those that wait; null while each stands for itself. */
  private double @Nullable [] shares;

  private int count;

  /** The share of the object in hand, and of what it adds. */
  private double share = 1;

  private int crowd = CROWD;
  private int visited;
  private int thinnings;
  private double bytes;
  private boolean whole = true;
  private long random = 1;

  /** Measures an object. Whatever is thrown on the way, the answer is what was found until then. */
  HeapSize measure(Object root) {
    try {
      add(root);
      walk();
    } catch (
        Throwable unreadable) { // a collection changed by another thread, or user code that failed
      whole = false;
    }
    return new HeapSize(Math.round(bytes), whole);
  }

  /** Adds an object that the one in hand refers to. */
  void add(@Nullable Object object) {
    if (object == null) {
      return;
    }
    if (Shapes.of(object.getClass()) instanceof Shape.Leaf leaf) {
      count(object, leaf.bytes(object));
    } else {
      push(object);
    }
  }

  private void count(Object leaf, long size) {
    visited++;
    if (size <= SMALL || seen.add(leaf)) {
      bytes += share * size;
    }
  }

  private void push(Object object) {
    if (count == waiting.length) {
      waiting = Arrays.copyOf(waiting, count * 2);
      if (shares != null) {
        shares = Arrays.copyOf(shares, count * 2);
      }
    }
    if (shares != null) {
      shares[count] = share;
    }
    waiting[count++] = object;
  }

  /** Adds the elements of a container that finds them by index. */
  void addAll(int size, IntFunction<? extends @Nullable Object> element) {
    if (size <= crowd) {
      for (int i = 0; i < size; i++) {
        add(element.apply(i));
      }
      return;
    }
    double own = standFor((double) size / crowd);
    for (int i = 0; i < crowd; i++) {
      add(element.apply((int) ((i + nextRandom()) * size / crowd)));
    }
    share = own;
  }

  /** Adds the elements of a container that only lists them. */
  <T extends @Nullable Object> void addAll(
      int size, Iterator<? extends T> elements, Consumer<? super T> adding) {
    if (size <= crowd) {
      elements.forEachRemaining(adding);
      return;
    }
    int step = Math.max(1, Math.min(size, FURTHEST) / crowd);
    double own = standFor((double) size / crowd);
    for (int i = 0; i < crowd && elements.hasNext(); i++) {
      adding.accept(elements.next());
      for (int skipped = 1; skipped < step && elements.hasNext(); skipped++) {
        elements.next();
      }
    }
    share = own;
  }

  /** Whether so many elements are looked at one by one. */
  boolean isFew(int size) {
    return size <= crowd;
  }

  /** Says that the object in hand refers to something that can't be looked at. */
  void miss() {
    whole = false;
  }

  /** Raises the share, and returns what it was. */
  private double standFor(double others) {
    double own = share;
    ownShares();
    share = own * others;
    return own;
  }

  private double[] ownShares() {
    if (shares == null) {
      shares = new double[waiting.length];
      Arrays.fill(shares, 1);
    }
    return shares;
  }

  private void walk() {
    while (count > 0) {
      if (visited >= FULL + thinnings * MORE && !thin()) {
        return;
      }
      Object object = requireNonNull(waiting[--count]);
      waiting[count] = null;
      share = shares == null ? 1 : shares[count];
      visited++;
      if (seen.add(object) && Shapes.of(object.getClass()) instanceof Shape.Branch branch) {
        long own = branch.visit(object, this); // which counts leaves on its way
        bytes += share * own;
      }
    }
  }

  /** Drops most of what waits; false when that has been done too often. */
  private boolean thin() {
    double[] all = ownShares();
    if (thinnings++ == THINNINGS) {
      double rest = 0;
      for (int i = 0; i < count; i++) {
        rest += all[i];
      }
      bytes += rest * bytes / visited;
      whole = false;
      return false;
    }
    crowd = FEW;
    if (count > KEPT) {
      double step = (double) count / KEPT;
      for (int i = 0; i < KEPT; i++) {
        int from = (int) ((i + nextRandom()) * step);
        waiting[i] = waiting[from];
        all[i] = all[from] * step;
      }
      Arrays.fill(waiting, KEPT, count, null);
      count = KEPT;
    }
    return true;
  }

  /** The same for every walk: 0 to 1. */
  private double nextRandom() {
    random = random * 6364136223846793005L + 1442695040888963407L;
    return (random >>> 11) * 0x1.0p-53;
  }
}

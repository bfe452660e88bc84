package io.intelligentcache.internal.memory.size;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Places the fields of one object as HotSpot does from JDK 15 on: each field goes to the smallest gap that
 * holds it, gaps in superclasses included, or to the end.
 */
final class FieldPacking {
  private final List<Gap> gaps = new ArrayList<>();
  private int end;

  private record Gap(int begin, int end) {
    int bytes() {
      return end - begin;
    }

    boolean holds(int bytes) {
      return aligned(begin, bytes) + bytes <= end;
    }
  }

  FieldPacking(int header) {
    end = header;
  }

  /** Places a field, aligned to its own size. */
  void place(int bytes) {
    Gap gap = bestGap(bytes);
    if (gap != null) {
      gaps.remove(gap);
      int begin = aligned(gap.begin(), bytes);
      leaveGap(gap.begin(), begin);
      leaveGap(begin + bytes, gap.end());
    } else {
      int begin = aligned(end, bytes);
      leaveGap(end, begin);
      end = begin + bytes;
    }
  }

  /** {@return where the last field ends} */
  int end() {
    return end;
  }

  private @Nullable Gap bestGap(int bytes) {
    Gap best = null;
    for (Gap gap : gaps) {
      if (gap.holds(bytes) && (best == null || gap.bytes() < best.bytes())) {
        best = gap;
      }
    }
    return best;
  }

  private void leaveGap(int from, int to) {
    if (from < to) {
      gaps.add(new Gap(from, to));
    }
  }

  private static int aligned(int offset, int bytes) {
    return (offset + bytes - 1) / bytes * bytes;
  }
}

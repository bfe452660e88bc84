package io.intelligentcache.disk.internal.log;

import io.intelligentcache.tier.Space;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which spaces were cleared, and where in the log: what is older is dead. A marker leaves with its
 * segment, when nothing older is left. Thread-safe.
 */
public final class RangeTombstones {
  /** Beyond this many, the oldest segments go early and take their markers with them. */
  static final int MOST = 1 << 16;

  /** Offsets take 26 bits, so generation and offset make one number that grows with the log. */
  private static final int OFFSET_BITS = 26;

  private final ConcurrentHashMap<Space, Long> positions = new ConcurrentHashMap<>();

  public static long position(long generation, int offset) {
    return generation << OFFSET_BITS | offset;
  }

  public void add(Space space, long position) {
    positions.merge(space, position, Math::max);
  }

  public boolean hides(Space space, long position) {
    Long cleared = positions.get(space);
    return cleared != null && position < cleared;
  }

  public void dropThrough(long generation) {
    long end = position(generation + 1, 0);
    positions.values().removeIf(position -> position < end);
  }

  /** Markers that did not reach the file stand at the place where the log goes on. */
  void pullBackTo(long end) {
    positions.replaceAll((space, position) -> Math.min(position, end));
  }

  public boolean isEmpty() {
    return positions.isEmpty();
  }

  boolean tooMany() {
    return positions.size() > MOST;
  }

  public void reset() {
    positions.clear();
  }
}

package io.intelligentcache.disk.internal.log;

import io.intelligentcache.tier.Space;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which spaces were cleared, and at which position of the log. Entries of a space before that
 * position are dead. A range tombstone is dropped when its segment is freed, because no older
 * entries are left then. Thread-safe.
 */
public final class RangeTombstones {
  /**
   * If there are more than this, the oldest segments are freed early, and their range tombstones
   * are dropped.
   */
  static final int MOST = 1 << 16;

  /**
   * Offsets have 26 bits, so a generation and an offset make one number that grows with the log.
   */
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

  /**
   * Moves range tombstones whose clear markers did not reach the file back to the new end of the
   * log.
   */
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

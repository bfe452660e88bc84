package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The segment files: the free ones, and the sealed ones in the order of their generations. Guarded
 * by the log's lock, except {@link #segment}, {@link #geometry} and {@link #isFull}.
 */
public final class SegmentRing {
  private final AtomicReferenceArray<@Nullable Segment> byNumber =
      new AtomicReferenceArray<>(Address.MAX_SEGMENTS);
  private final ArrayDeque<Segment> sealed = new ArrayDeque<>();
  private final ArrayDeque<Segment> free = new ArrayDeque<>();
  private final SegmentGeometry geometry;
  private long lastGeneration;
  private volatile boolean full;

  /**
   * Makes a ring.
   *
   * @param live recovered segments, oldest first
   * @param geometry the number of files
   * @param lastGeneration the highest generation that was ever used
   */
  public SegmentRing(
      Path directory, List<Segment> live, SegmentGeometry geometry, long lastGeneration) {
    this.geometry = geometry;
    this.lastGeneration = lastGeneration;
    for (Segment segment : live) {
      byNumber.set(segment.number(), segment);
      sealed.addLast(segment);
    }
    for (int number = 0; sealed.size() + free.size() < geometry.segments(); number++) {
      if (byNumber.get(number) == null) {
        Segment segment = new Segment(number, directory);
        byNumber.set(number, segment);
        free.addLast(segment);
      }
    }
    tellWhetherFull();
  }

  /**
   * The segment with a number. Addresses contain only numbers that exist. Any thread may call it.
   */
  public Segment segment(int number) {
    Segment segment = byNumber.get(number);
    if (segment == null) {
      throw new IllegalStateException("no segment " + number);
    }
    return segment;
  }

  /** The size and the number of the files. Any thread may call it. */
  public SegmentGeometry geometry() {
    return geometry;
  }

  boolean hasFree() {
    return !free.isEmpty();
  }

  /** Whether fewer segments are free than should be. */
  boolean isScarce() {
    return free.size() < geometry.spare();
  }

  /** Whether all segments are in use, except those that are kept free. Any thread may call it. */
  public boolean isFull() {
    return full;
  }

  /**
   * Begins a generation in a free segment. Files that exist are used first, because a full disk has
   * no room for others.
   */
  Segment begin() {
    Segment segment = free.removeFirst();
    segment.begin(++lastGeneration, 0);
    tellWhetherFull();
    return segment;
  }

  void seal(Segment segment) {
    sealed.addLast(segment);
  }

  @Nullable
  Segment oldest() {
    return sealed.peekFirst();
  }

  void freed(Segment segment) {
    sealed.remove(segment);
    segment.end();
    free.addFirst(segment);
    tellWhetherFull();
  }

  private void tellWhetherFull() {
    full = free.size() <= geometry.spare();
  }

  /** Takes back a generation of which nothing reached the file. The generation is used again. */
  void undo(Segment segment) {
    lastGeneration = Math.min(lastGeneration, segment.generation() - 1);
    freed(segment);
  }

  int sealedCount() {
    return sealed.size();
  }

  List<Segment> sealed() {
    return new ArrayList<>(sealed);
  }

  long lastGeneration() {
    return lastGeneration;
  }

  public void close() {
    for (int number = 0; number < byNumber.length(); number++) {
      Segment segment = byNumber.get(number);
      if (segment != null) {
        segment.close();
      }
    }
  }
}

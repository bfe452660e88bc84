package io.intelligentcache.disk.internal.format;

/**
 * The size and the number of segments for a capacity.
 *
 * @param segmentBytes size of each segment file
 * @param segments maximum number of files
 */
public record SegmentGeometry(int segmentBytes, int segments) {
  public static final int MIN_SEGMENTS = 8;
  static final int MAX_RECORD_BYTES = (16 << 20) - 8;

  /** Room for LOCK, MANIFEST and the next MANIFEST while it is written, in whole blocks. */
  public static final int SIDE_BYTES = 16 * 1024;

  private static final int MIB = 1 << 20;
  private static final int BLOCK = 4096;

  public static SegmentGeometry of(long capacity) {
    long wanted = Math.max(MIB, Math.min(64L * MIB, capacity / 64));
    long most = (capacity - SIDE_BYTES) / MIN_SEGMENTS;
    return fill(capacity, (int) (Math.min(wanted, most) / BLOCK * BLOCK));
  }

  /** As many segments of a given size as fit the capacity. */
  public static SegmentGeometry fill(long capacity, int segmentBytes) {
    long count = (capacity - SIDE_BYTES) / segmentBytes;
    return new SegmentGeometry(segmentBytes, (int) Math.min(Address.MAX_SEGMENTS, count));
  }

  /**
   * Whether a segment file and its hint file fit the room of one segment. Counted in whole blocks,
   * because file systems allocate them.
   */
  public boolean fits(long fileBytes, long hintBytes) {
    return inBlocks(fileBytes) + inBlocks(hintBytes) <= segmentBytes;
  }

  private static long inBlocks(long bytes) {
    return (bytes + BLOCK - 1) / BLOCK * BLOCK;
  }

  public boolean usable() {
    return segments >= MIN_SEGMENTS;
  }

  /**
   * The largest record that is accepted. A larger one would waste too much space at the end of a
   * segment.
   */
  public int maxRecordBytes() {
    return Math.min(segmentBytes / 4, MAX_RECORD_BYTES);
  }

  /** How many segments the reclaimer keeps free. */
  public int spare() {
    return segments < 16 ? 1 : 2;
  }
}

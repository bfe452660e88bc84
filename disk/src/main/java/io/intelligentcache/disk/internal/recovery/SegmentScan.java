package io.intelligentcache.disk.internal.recovery;

import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentIndex;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.log.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The result of reading a segment record by record, values included. After a damaged header the
 * scan searches for the next whole record.
 *
 * @param sealed whether its records reach its seal
 * @param broken where the last record begins if its value is damaged, else 0
 */
public record SegmentScan(SegmentIndex segmentIndex, boolean sealed, int broken) {
  /** Receives reports of damage. */
  @FunctionalInterface
  public interface Damage {
    void at(int offset, String what);
  }

  /**
   * Scans one generation of a segment.
   *
   * @param limit where the file ends
   * @param window buffer to read through, see {@link SegmentWalk#window}
   */
  public static SegmentScan of(
      Segment segment, long generation, int limit, ByteBuffer window, Damage damage)
      throws IOException {
    var segmentIndex = new SegmentIndex();
    var walk = new SegmentWalk(segment, generation, limit, window);
    int broken = 0;
    while (true) {
      while (walk.next()) {
        broken = add(walk, segmentIndex, damage) ? 0 : walk.offset();
      }
      int end = walk.end();
      if (walk.sealed() || !walk.skipDamage()) {
        return new SegmentScan(segmentIndex, walk.sealed(), broken);
      }
      damage.at(end, "no whole record here, the next is at " + walk.end());
      segmentIndex.addGap(end, walk.end());
    }
  }

  /** Adds the present record; returns false if its value is damaged. */
  private static boolean add(SegmentWalk walk, SegmentIndex segmentIndex, Damage damage)
      throws IOException {
    RecordHeader head = walk.head();
    byte[] key = head.kind() == RecordHeader.CLEAR ? walk.key() : StoredKey.NONE.bytes();
    boolean intact = head.kind() != RecordHeader.PUT || head.dead() || walk.valueIntact();
    if (!intact) {
      damage.at(walk.offset(), "the value of this record is damaged");
    }
    segmentIndex.add(head, walk.offset(), intact && !head.dead(), key);
    return intact;
  }
}

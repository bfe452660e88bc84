package io.intelligentcache.disk.internal.inspect;

import io.intelligentcache.disk.internal.format.HintFile;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentIndex;
import io.intelligentcache.disk.internal.recovery.SegmentFiles;
import io.intelligentcache.disk.internal.recovery.SegmentScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Compares what a segment's records say with what its header and its side index say. */
final class SegmentExamination {
  private SegmentExamination() {}

  /**
   * What a segment holds.
   *
   * @param listing what recovery would make of it; puts that can't be read are not usable
   * @param records records that are whole
   * @param usedBytes how far they reach
   * @param indexed whether a side index of it is there
   */
  record Result(
      SegmentIndex listing, int records, int usedBytes, boolean sealed, boolean indexed) {}

  /**
   * Examines a segment.
   *
   * @param mayBeTorn whether its end may be missing: it is being written, or was by a process that
   *     was killed
   */
  static Result of(
      SegmentFiles.Found found,
      Manifest manifest,
      boolean mayBeTorn,
      ByteBuffer window,
      SegmentScan.Damage damage)
      throws IOException {
    Map<Integer, String> broken = new LinkedHashMap<>();
    SegmentScan scan =
        SegmentScan.of(found.segment(), found.generation(), found.bytes(), window, broken::put);
    SegmentIndex segmentIndex = scan.segmentIndex();
    if (mayBeTorn && !scan.sealed() && segmentIndex.count() > 0) {
      broken.remove(segmentIndex.offset(segmentIndex.count() - 1)); // its value may be on its way
    }
    broken.forEach(damage::at);
    int records = segmentIndex.records();
    int used = segmentIndex.end() + (scan.sealed() ? RecordHeader.BYTES : 0);
    if (!found.headed()) {
      damage.at(0, "its header is damaged, its side index stands in");
    }
    if (!scan.sealed() && !mayBeTorn) {
      damage.at(segmentIndex.end(), "its records end here without a seal");
    }
    HintFile hintFile = found.sideIndex(manifest);
    if (hintFile == null) {
      sideDamage(found, manifest, damage);
      if (!scan.sealed() && !mayBeTorn) {
        segmentIndex.addGap(segmentIndex.end(), segmentIndex.end());
      }
      return new Result(segmentIndex, records, used, scan.sealed(), false);
    }
    compare(hintFile.segmentIndex(), segmentIndex, broken.keySet(), damage);
    hintFile.segmentIndex().maskUnless(segmentIndex);
    return new Result(hintFile.segmentIndex(), records, used, scan.sealed(), true);
  }

  private static void sideDamage(
      SegmentFiles.Found found, Manifest manifest, SegmentScan.Damage damage) throws IOException {
    HintFile.Found there = HintFile.read(found.segment().file(), manifest.segmentBytes());
    if (there == HintFile.Found.None.DAMAGED) {
      damage.at(0, "its side index is damaged");
    } else if (there instanceof HintFile.Found.Good) {
      damage.at(0, "its side index is of another life or store");
    }
  }

  private static void compare(
      SegmentIndex said, SegmentIndex found, Set<Integer> reported, SegmentScan.Damage damage) {
    int at = 0;
    for (int i = 0; i < said.count(); i++) {
      int offset = said.offset(i);
      while (at < found.count() && found.offset(at) < offset) {
        at++;
      }
      boolean there = at < found.count() && found.offset(at) == offset;
      boolean lost = at > 0 && found.kind(at - 1) == SegmentIndex.GAP && !there;
      boolean asSaid = there && found.word(at) == said.word(i);
      boolean known = lost || reported.contains(offset) || offset >= found.end();
      if (!asSaid && !known && said.kind(i) != SegmentIndex.GAP) {
        damage.at(offset, "this record and the side index differ");
      }
    }
  }
}

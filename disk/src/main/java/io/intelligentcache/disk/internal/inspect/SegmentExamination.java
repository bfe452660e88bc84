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

/** Compares the records of a segment with its header and its hint file. */
final class SegmentExamination {
  private SegmentExamination() {}

  /**
   * The contents of a segment.
   *
   * @param listing the records as recovery would use them; puts that can't be read are marked dead
   * @param records number of whole records
   * @param usedBytes where they end
   * @param indexed whether it has a hint file of its own
   */
  record Result(
      SegmentIndex listing, int records, int usedBytes, boolean sealed, boolean indexed) {}

  /**
   * Examines a segment.
   *
   * @param mayBeTorn whether its end may be missing, because it is being written, or because the
   *     process was killed
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
      broken.remove(segmentIndex.offset(segmentIndex.count() - 1)); // its value may be incomplete
    }
    broken.forEach(damage::at);
    int records = segmentIndex.records();
    int used = segmentIndex.end() + (scan.sealed() ? RecordHeader.BYTES : 0);
    if (!found.headed()) {
      damage.at(0, "its header is damaged, its hint file is used instead");
    }
    if (!scan.sealed() && !mayBeTorn) {
      damage.at(segmentIndex.end(), "its records end here without a seal");
    }
    HintFile hintFile = found.hintFile(manifest);
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
      damage.at(0, "its hint file is damaged");
    } else if (there instanceof HintFile.Found.Good) {
      damage.at(0, "its hint file is of another generation or store");
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
        damage.at(offset, "this record and the hint file differ");
      }
    }
  }
}

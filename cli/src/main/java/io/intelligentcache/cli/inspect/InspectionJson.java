package io.intelligentcache.cli.inspect;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.intelligentcache.disk.DiskInspector.Damage;
import io.intelligentcache.disk.DiskInspector.Inspection;
import io.intelligentcache.disk.DiskInspector.SegmentInspection;
import java.util.List;
import java.util.Locale;

/** An inspection as JSON, with the names that scripts may rely on. */
@JsonPropertyOrder({
  "directory",
  "formatVersion",
  "encrypted",
  "state",
  "note",
  "liveEntries",
  "liveBytes",
  "records",
  "damagedRecords",
  "damage",
  "segmentBytes",
  "freeSegments",
  "fileBytes",
  "inUseBy",
  "segments"
})
record InspectionJson(
    String directory,
    String formatVersion,
    boolean encrypted,
    String state,
    String note,
    long liveEntries,
    long liveBytes,
    long records,
    long damagedRecords,
    List<Damage> damage,
    long segmentBytes,
    long freeSegments,
    long fileBytes,
    long inUseBy,
    List<Segment> segments) {

  /** A segment in it. */
  @JsonPropertyOrder({
    "file",
    "generation",
    "sealed",
    "indexed",
    "fileBytes",
    "usedBytes",
    "records",
    "liveEntries",
    "liveBytes",
    "damagedRecords"
  })
  record Segment(
      String file,
      long generation,
      boolean sealed,
      boolean indexed,
      long fileBytes,
      long usedBytes,
      long records,
      long liveEntries,
      long liveBytes,
      long damagedRecords) {
    private static Segment of(SegmentInspection found) {
      return new Segment(
          found.file(),
          found.generation(),
          found.sealed(),
          found.indexed(),
          found.fileBytes(),
          found.usedBytes(),
          found.records(),
          found.liveEntries(),
          found.liveBytes(),
          found.damagedRecords());
    }
  }

  static InspectionJson of(Inspection found) {
    return new InspectionJson(
        found.directory().toString(),
        found.formatVersion(),
        found.encrypted(),
        found.state().name().toLowerCase(Locale.ROOT),
        found.note(),
        found.liveEntries(),
        found.liveBytes(),
        found.records(),
        found.damagedRecords(),
        found.damage(),
        found.segmentBytes(),
        found.freeSegments(),
        found.fileBytes(),
        found.inUseBy(),
        found.segments().stream().map(Segment::of).toList());
  }
}

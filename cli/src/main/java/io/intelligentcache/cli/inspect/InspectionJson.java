package io.intelligentcache.cli.inspect;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.intelligentcache.disk.DiskInspection;
import io.intelligentcache.disk.DiskInspection.Damage;
import io.intelligentcache.disk.DiskInspection.EntryInspection;
import io.intelligentcache.disk.DiskInspection.SegmentInspection;
import io.intelligentcache.disk.DiskInspection.SpaceInspection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An inspection as JSON. Scripts may rely on the names of its components. */
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
  "caches",
  "keys",
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
    List<SpaceInspection> caches,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Key> keys,
    List<Segment> segments) {

  /** The key of an entry; without {@code expiresAtMillis} it does not expire. */
  @JsonPropertyOrder({"cache", "tenant", "key", "bytes", "expiresAtMillis"})
  record Key(
      String cache,
      String tenant,
      String key,
      long bytes,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long expiresAtMillis) {
    private static Key of(EntryInspection found) {
      long expires = found.expiresAtMillis();
      return new Key(
          found.cache(),
          found.tenant(),
          found.key(),
          found.bytes(),
          expires == Long.MAX_VALUE ? null : expires);
    }
  }

  /** A segment of the directory. */
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

  static InspectionJson of(DiskInspection found, boolean keys) {
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
        found.spaces(),
        keys ? found.entries().stream().map(Key::of).toList() : null,
        found.segments().stream().map(Segment::of).toList());
  }
}

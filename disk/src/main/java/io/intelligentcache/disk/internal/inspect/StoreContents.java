package io.intelligentcache.disk.internal.inspect;

import io.intelligentcache.disk.DiskInspection;
import java.nio.file.Path;
import java.util.List;

/** The contents of a directory, as they were read. */
public record StoreContents(
    Path directory,
    String formatVersion,
    boolean encrypted,
    State state,
    int segmentBytes,
    List<SegmentInspection> segments,
    int freeSegments,
    long records,
    long liveEntries,
    long liveBytes,
    long damagedRecords,
    List<Damage> damage,
    long fileBytes,
    long inUseBy,
    String note,
    List<SpaceInspection> spaces,
    List<EntryInspection> entries)
    implements DiskInspection {

  /** The contents of one space. */
  record OneSpace(String cache, String tenant, long liveEntries, long liveBytes)
      implements SpaceInspection {}

  /** One live entry. */
  record OneEntry(String cache, String tenant, String key, long bytes, long expiresAtMillis)
      implements EntryInspection {}

  /** One damaged place. */
  record Place(String file, long offset, String what) implements Damage {}

  /** The contents of one segment. */
  record OneSegment(
      String file,
      long generation,
      long fileBytes,
      int usedBytes,
      boolean sealed,
      int records,
      long liveEntries,
      long liveBytes,
      boolean indexed,
      int damagedRecords)
      implements SegmentInspection {}
}

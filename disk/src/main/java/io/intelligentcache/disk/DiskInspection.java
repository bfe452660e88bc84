package io.intelligentcache.disk;

import java.nio.file.Path;
import java.util.List;

/**
 * The contents of a disk tier's directory.
 *
 * @param directory the directory
 * @param formatVersion for example {@code 1.0}, or {@code ?} if unreadable
 * @param encrypted whether keys and values are encrypted; if so, cleared entries count as live,
 *     because which entries were cleared can't be read without the key
 * @param state how the store was left
 * @param segmentBytes size of a segment, 0 if unreadable
 * @param segments the segments in use, oldest first, then damaged ones
 * @param freeSegments segment files that are kept for later use
 * @param records all records in the segments
 * @param liveEntries entries that a read would find
 * @param liveBytes bytes of their records
 * @param damagedRecords damaged places, in segments and in other files
 * @param damage the first {@value #MOST_DAMAGE} damaged places
 * @param fileBytes bytes of all files in the directory
 * @param inUseBy process id of the process that has the directory open; 0 if no process has, or if
 *     the system does not report it (only Linux does)
 * @param note what is wrong, or empty
 * @param spaces what each cache and tenant stores, those with the most bytes first; empty if
 *     encrypted
 * @param entries live entries, those of the newest segment first, at most as many as were asked
 *     for; empty if encrypted
 */
public record DiskInspection(
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
    List<EntryInspection> entries) {
  /**
   * Whether a tier that opens this directory would find damage.
   *
   * @return true if something is damaged, or the store as a whole can't be read
   */
  public boolean damaged() {
    return damagedRecords > 0 || state == State.UNREADABLE;
  }

  /** How many damaged places are listed. Further ones are only counted. */
  public static final int MOST_DAMAGE = 1_000;

  /** How a store was left, or that it is in use. */
  public enum State {
    /** Closed cleanly. */
    CLEAN,
    /** In use, or left by a process that did not close it. */
    DIRTY,
    /** There is no readable manifest: the next tier there starts empty. */
    UNREADABLE
  }

  /**
   * What a cache, or one tenant of a cache, stores.
   *
   * @param cache the name of the cache
   * @param tenant the id of the tenant, empty if the cache has no tenants
   * @param liveEntries entries that a read would find
   * @param liveBytes bytes of their records
   */
  public record SpaceInspection(String cache, String tenant, long liveEntries, long liveBytes) {}

  /**
   * An entry that a read would find.
   *
   * @param cache the name of its cache
   * @param tenant the id of its tenant, or empty
   * @param key its key as text
   * @param bytes size of its record
   * @param expiresAtMillis when it expires, milliseconds since the epoch; {@code Long.MAX_VALUE} if
   *     it does not expire
   */
  public record EntryInspection(
      String cache, String tenant, String key, long bytes, long expiresAtMillis) {}

  /**
   * A damaged place in a file.
   *
   * @param file the name of the file
   * @param offset the position in the file, in bytes
   * @param what what is wrong there
   */
  public record Damage(String file, long offset, String what) {}

  /**
   * The contents of a segment.
   *
   * @param file the name of the file
   * @param generation its place in the order of the log; 0 if its header is damaged
   * @param fileBytes size of the file
   * @param usedBytes where its readable records end
   * @param sealed whether the records are readable up to the seal
   * @param records number of readable records
   * @param liveEntries entries that a read would find
   * @param liveBytes bytes of their records
   * @param indexed whether it has an undamaged hint file of its own
   * @param damagedRecords damaged places in it
   */
  public record SegmentInspection(
      String file,
      long generation,
      long fileBytes,
      int usedBytes,
      boolean sealed,
      int records,
      long liveEntries,
      long liveBytes,
      boolean indexed,
      int damagedRecords) {}
}

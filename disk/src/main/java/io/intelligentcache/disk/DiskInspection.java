package io.intelligentcache.disk;

import java.nio.file.Path;
import java.util.List;

/**
 * What a directory holds.
 *
 * @param directory which
 * @param formatVersion for example {@code 1.0}, or {@code ?} if unreadable
 * @param encrypted whether keys and values are; then what was cleared counts as live, because
 *     nobody can tell it without the key
 * @param state how it was left
 * @param segmentBytes size of a segment, 0 if unreadable
 * @param segments its segments in use, oldest first, then damaged ones
 * @param freeSegments files that are kept for later
 * @param records all records in the segments
 * @param liveEntries entries that a read would find
 * @param liveBytes bytes of their records
 * @param damagedRecords places that are damaged, in segments and beside them
 * @param damage where these are, the first {@value #MOST_DAMAGE} of them
 * @param fileBytes bytes of all files in the directory
 * @param inUseBy the process that has the directory open, 0 if there is none or the system does
 *     not tell (only Linux does)
 * @param note what is wrong, or empty
 * @param spaces what its caches and tenants have, those with the most bytes first; empty if it is
 *     encrypted
 * @param entries as many live entries as were asked for, of the newest segment first; none if it is
 *     encrypted
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
   * Whether a tier that opens this directory would find anything wrong.
   *
   * @return true if something is damaged, or the store as a whole can't be read
   */
  public boolean damaged() {
    return damagedRecords > 0 || state == State.UNREADABLE;
  }

  /** How many damaged places are listed; beyond that they are counted. */
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
   * What a cache, or a tenant of one, has.
   *
   * @param cache its name
   * @param tenant its id, empty where the cache has no tenants
   * @param liveEntries entries that a read would find
   * @param liveBytes bytes of their records
   */
  public record SpaceInspection(String cache, String tenant, long liveEntries, long liveBytes) {}

  /**
   * An entry that a read would find.
   *
   * @param cache the name of its cache
   * @param tenant its tenant's id, or empty
   * @param key the text of its key
   * @param bytes of its record
   * @param expiresAtMillis when it expires, milliseconds since the epoch; {@code Long.MAX_VALUE} if it
   *     does not
   */
  public record EntryInspection(
      String cache, String tenant, String key, long bytes, long expiresAtMillis) {}

  /**
   * A place that is damaged.
   *
   * @param file its file's name
   * @param offset where in it, in bytes
   * @param what what is wrong there
   */
  public record Damage(String file, long offset, String what) {}

  /**
   * What a segment holds.
   *
   * @param file its name
   * @param generation its place in the order of the log; 0 if its header is damaged
   * @param fileBytes size of the file
   * @param usedBytes how far its readable records reach
   * @param sealed whether they reach to its seal
   * @param records its readable records
   * @param liveEntries those that a read would find
   * @param liveBytes bytes of these
   * @param indexed whether it has a side index that is its own and undamaged
   * @param damagedRecords places in it that are damaged
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

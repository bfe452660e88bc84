package io.intelligentcache.disk;

import java.nio.file.Path;
import java.util.List;

/**
 * The contents of a disk tier's directory.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface DiskInspection {
  /** {@return the directory} */
  Path directory();

  /** {@return the version of the format, for example {@code 1.0}; {@code ?} if unreadable} */
  String formatVersion();

  /**
   * {@return whether keys and values are encrypted; if so, cleared entries count as live, because
   * which entries were cleared can't be read without the key}
   */
  boolean encrypted();

  /** {@return how the store was left} */
  State state();

  /** {@return size of a segment, 0 if unreadable} */
  int segmentBytes();

  /** {@return the segments in use, oldest first, then damaged ones} */
  List<SegmentInspection> segments();

  /** {@return segment files that are kept for later use} */
  int freeSegments();

  /** {@return all records in the segments} */
  long records();

  /** {@return entries that a read would find} */
  long liveEntries();

  /** {@return bytes of the records of live entries} */
  long liveBytes();

  /** {@return damaged places, in segments and in other files} */
  long damagedRecords();

  /** {@return the first {@value #MOST_DAMAGE} damaged places} */
  List<Damage> damage();

  /** {@return bytes of all files in the directory} */
  long fileBytes();

  /**
   * {@return process id of the process that has the directory open; 0 if no process has, or if the
   * system does not report it (only Linux does)}
   */
  long inUseBy();

  /** {@return what is wrong, or empty} */
  String note();

  /**
   * {@return what each cache and tenant stores, those with the most bytes first; empty if
   * encrypted}
   */
  List<SpaceInspection> spaces();

  /**
   * {@return live entries, those of the newest segment first, at most as many as were asked for;
   * empty if encrypted}
   */
  List<EntryInspection> entries();

  /**
   * Whether a tier that opens this directory would find damage.
   *
   * @return true if something is damaged, or the store as a whole can't be read
   */
  default boolean damaged() {
    return damagedRecords() > 0 || state() == State.UNREADABLE;
  }

  /** How many damaged places are listed. Further ones are only counted. */
  int MOST_DAMAGE = 1_000;

  /** How a store was left, or that it is in use. */
  enum State {
    /** Closed cleanly. */
    CLEAN,
    /** In use, or left by a process that did not close it. */
    DIRTY,
    /** There is no readable manifest: the next tier there starts empty. */
    UNREADABLE
  }

  /** What a cache, or one tenant of a cache, stores. */
  interface SpaceInspection {
    /** {@return the name of the cache} */
    String cache();

    /** {@return the id of the tenant, empty if the cache has no tenants} */
    String tenant();

    /** {@return entries that a read would find} */
    long liveEntries();

    /** {@return bytes of the records of live entries} */
    long liveBytes();
  }

  /** An entry that a read would find. */
  interface EntryInspection {
    /** {@return the name of its cache} */
    String cache();

    /** {@return the id of its tenant, or empty} */
    String tenant();

    /** {@return its key as text} */
    String key();

    /** {@return size of its record} */
    long bytes();

    /**
     * {@return when it expires, milliseconds since the epoch; {@code Long.MAX_VALUE} if it does not
     * expire}
     */
    long expiresAtMillis();
  }

  /** A damaged place in a file. */
  interface Damage {
    /** {@return the name of the file} */
    String file();

    /** {@return the position in the file, in bytes} */
    long offset();

    /** {@return what is wrong there} */
    String what();
  }

  /** The contents of a segment. */
  interface SegmentInspection {
    /** {@return the name of the file} */
    String file();

    /** {@return its place in the order of the log; 0 if its header is damaged} */
    long generation();

    /** {@return size of the file} */
    long fileBytes();

    /** {@return where its readable records end} */
    int usedBytes();

    /** {@return whether the records are readable up to the seal} */
    boolean sealed();

    /** {@return number of readable records} */
    int records();

    /** {@return entries that a read would find} */
    long liveEntries();

    /** {@return bytes of the records of live entries} */
    long liveBytes();

    /** {@return whether it has an undamaged hint file of its own} */
    boolean indexed();

    /** {@return damaged places in it} */
    int damagedRecords();
  }
}

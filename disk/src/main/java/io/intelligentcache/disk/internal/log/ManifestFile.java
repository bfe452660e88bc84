package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.Manifest;
import java.io.IOException;
import java.nio.file.Path;

/** The MANIFEST file of an open store. For one thread at a time. */
public final class ManifestFile {
  /** A change of the wall clock that is recorded at once if it is larger than this. */
  private static final long TOLD_MILLIS = 100;

  private final Path directory;
  private final Manifest identity;
  private final StoreClock clock;
  private boolean written;
  private boolean forced;
  private long first;
  private long last;
  private StoreClock.Mark known = StoreClock.Mark.NONE;

  public ManifestFile(Path directory, Manifest identity, StoreClock clock) {
    this.directory = directory;
    this.identity = identity;
    this.clock = clock;
  }

  Path directory() {
    return directory;
  }

  /** Whether the directory has the manifest. Without it the segments are invalid. */
  boolean written() {
    return written;
  }

  /** Records that the store is in use. Called before anything else changes. */
  public void inUse(long first, long last) throws IOException {
    write(first, last, false);
    forced = false;
  }

  /** Records that the store is in use and has nothing up to {@code last}. */
  public void inUse(long last) throws IOException {
    inUse(last + 1, last);
  }

  /** Records that the store is closed. Called after everything else was written. */
  void closed(long first, long last) throws IOException {
    write(first, last, true);
    Manifest.force(directory);
  }

  private void write(long oldest, long newest, boolean closed) throws IOException {
    StoreClock.Mark mark = clock.mark();
    identity.with(oldest, newest, closed, mark).write(directory);
    known = mark;
    first = oldest;
    last = newest;
    written = true;
  }

  /**
   * Records the clock if it has changed enough. The generations are recorded as they were last, so
   * they may be older than the present ones.
   */
  void tellTime() throws IOException {
    StoreClock.Mark mark = clock.mark();
    boolean matters = Math.abs(mark.ahead() - known.ahead()) > TOLD_MILLIS
        || mark.seen() - known.seen() > StoreClock.SMALL_STEP_MILLIS;
    if (written && matters) {
      write(first, last, false);
    }
  }

  /**
   * Syncs the manifest. Called before the first change of the store: otherwise a loss of power
   * could bring back the old manifest, which says "closed", for a store that has changed. Not
   * called while opening, because it may take long.
   */
  void force() throws IOException {
    if (written && !forced) {
      Manifest.force(directory);
      forced = true;
    }
  }

  public void delete() throws IOException {
    Manifest.delete(directory);
    written = false;
  }
}

package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.Manifest;
import java.io.IOException;
import java.nio.file.Path;

/** The manifest of an open store, and whether the directory has it. For one thread at a time. */
public final class ManifestFile {
  /** A step of the wall clock that is written down at once. */
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

  /** Whether what the segments hold counts: without a manifest it does not. */
  boolean written() {
    return written;
  }

  /** The store is in use; before anything else changes. */
  public void inUse(long first, long last) throws IOException {
    write(first, last, false);
    forced = false;
  }

  /** The store is in use and holds nothing up to {@code last}. */
  public void inUse(long last) throws IOException {
    inUse(last + 1, last);
  }

  /** The store is complete; after everything else was written. */
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

  /** Writes down what the clock shows, if that matters; generations are the oldest that may be. */
  void tellTime() throws IOException {
    StoreClock.Mark mark = clock.mark();
    boolean matters = Math.abs(mark.ahead() - known.ahead()) > TOLD_MILLIS
        || mark.seen() - known.seen() > StoreClock.SMALL_STEP_MILLIS;
    if (written && matters) {
      write(first, last, false);
    }
  }

  /**
   * Before the first change: a manifest that says "closed" must not come back over a changed store
   * when the power goes. Not while opening, because it may take long.
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

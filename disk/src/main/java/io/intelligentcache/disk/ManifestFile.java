package io.intelligentcache.disk;

import java.io.IOException;
import java.nio.file.Path;

/** The manifest of an open store, and whether the directory has it. For one thread at a time. */
final class ManifestFile {
  private final Path directory;
  private final Manifest identity;
  private final StoreClock clock;
  private boolean written;

  ManifestFile(Path directory, Manifest identity, StoreClock clock) {
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
  void inUse(long first, long last) throws IOException {
    write(first, last, false);
  }

  /** The store is in use and holds nothing up to {@code last}. */
  void inUse(long last) throws IOException {
    inUse(last + 1, last);
  }

  /** The store is complete; after everything else was written. */
  void closed(long first, long last) throws IOException {
    write(first, last, true);
  }

  private void write(long first, long last, boolean closed) throws IOException {
    identity.with(first, last, closed, clock.mark()).write(directory);
    written = true;
  }

  void delete() throws IOException {
    Manifest.delete(directory);
    written = false;
  }
}

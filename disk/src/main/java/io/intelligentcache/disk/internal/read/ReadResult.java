package io.intelligentcache.disk.internal.read;

import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.tier.Item;

/** What was found at an address. */
public sealed interface ReadResult {
  /** A whole record. */
  record Found(StoredKey key, Item item) implements ReadResult {}

  /** Anything else. */
  enum Nothing implements ReadResult {
    /** A record of another key, whose hash has the same bits. */
    OTHER_KEY,
    /** The system could not read. */
    FAILED,
    /** No whole record: damaged, or another one took its place meanwhile. */
    UNREADABLE
  }
}

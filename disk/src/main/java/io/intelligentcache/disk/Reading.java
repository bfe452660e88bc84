package io.intelligentcache.disk;

import io.intelligentcache.tier.Item;

/** What was found at an address. */
sealed interface Reading {
  /** A whole record. */
  record Found(StoredKey key, Item item) implements Reading {}

  /** Anything else. */
  enum Nothing implements Reading {
    /** A record of another key, whose hash has the same bits. */
    OTHER_KEY,
    /** The system could not read. */
    FAILED,
    /** No whole record: damaged, or another one took its place meanwhile. */
    UNREADABLE
  }
}

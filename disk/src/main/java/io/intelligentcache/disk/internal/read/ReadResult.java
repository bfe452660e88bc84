package io.intelligentcache.disk.internal.read;

import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.tier.Item;

/** The result of reading at an address. */
public sealed interface ReadResult {
  /** A whole record. */
  record Found(StoredKey key, Item item) implements ReadResult {}

  /**
   * The header and the key of a record; its value was not read.
   *
   * @param key the stored key before encryption
   */
  record Key(RecordHeader head, byte[] key) implements ReadResult {}

  /** No usable record. */
  enum Nothing implements ReadResult {
    /** A record of another key whose hash has the same bits. */
    OTHER_KEY,
    /** The read failed. */
    FAILED,
    /** No whole record: it is damaged, or another record has replaced it meanwhile. */
    UNREADABLE
  }
}

package io.intelligentcache.redis.internal.record;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Version;

/**
 * The record that Redis holds under a key.
 *
 * @param kind what the record says about the key
 * @param version of the write that stored it; later writes have greater ones
 * @param originMillis when that write began, on the clock of Redis
 * @param errorMicros the possible error of that time, as the writing instance knew the clock
 * @param expiresAtMillis on the clock of Redis, or {@link Long#MAX_VALUE}
 * @param codec fingerprint of the codec of the payload
 * @param rawBytes bytes of the value before compression
 * @param compressed whether the payload is an LZ4 block
 * @param payload the encoded value
 */
public record StoredRecord(
    RecordKind kind,
    Version version,
    long originMillis,
    long errorMicros,
    long expiresAtMillis,
    int codec,
    int rawBytes,
    boolean compressed,
    byte[] payload) {

  public static StoredRecord value(
      Version version, long originMillis, long errorMicros, long expiresAtMillis, Item item) {
    return new StoredRecord(
        RecordKind.VALUE,
        version,
        originMillis,
        errorMicros,
        expiresAtMillis,
        item.codec(),
        item.rawBytes(),
        item.compressed(),
        item.payload());
  }

  public static StoredRecord tombstone(
      Version version, long originMillis, long errorMicros, long expiresAtMillis) {
    return new StoredRecord(
        RecordKind.TOMBSTONE,
        version,
        originMillis,
        errorMicros,
        expiresAtMillis,
        0,
        0,
        false,
        new byte[0]);
  }
}

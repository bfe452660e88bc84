package io.intelligentcache.redis.internal.record;

import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.tier.Item;

/** Encodes the records of this instance. */
public final class RecordWriter {
  private final RecordFormat format;
  private final RedisClock clock;
  private final Versions versions;

  public RecordWriter(RecordFormat format, RedisClock clock, Versions versions) {
    this.format = format;
    this.clock = clock;
    this.versions = versions;
  }

  /**
   * Encodes a value.
   *
   * @param time of its version
   * @param begunMillis when the write began, on the clock of Redis
   */
  public byte[] value(byte[] name, long time, long begunMillis, Item item) {
    long expiresAt = clock.toRedis(item.expiresAtMillis());
    return format.write(
        name,
        StoredRecord.value(versions.of(time), begunMillis, clock.errorMicros(), expiresAt, item));
  }

  public byte[] tombstone(byte[] name, long time, long lifeMillis) {
    long now = clock.micros() / 1_000;
    return format.write(
        name,
        StoredRecord.tombstone(versions.of(time), now, clock.errorMicros(), now + lifeMillis));
  }
}

package io.intelligentcache.redis;

import io.intelligentcache.tier.Item;

/** Makes the bytes of this tier's records. */
final class RecordWriter {
  private final RecordFormat format;
  private final RedisClock clock;
  private final long writer;

  RecordWriter(RecordFormat format, RedisClock clock, long writer) {
    this.format = format;
    this.clock = clock;
    this.writer = writer;
  }

  /** What tells this tier's records from others'. */
  long writer() {
    return writer;
  }

  byte[] value(byte[] name, long version, Item item) {
    long expiresAt = clock.toRedis(item.expiresAtMillis());
    return format.write(
        name, StoredRecord.value(version, writer, millis(), clock.errorMicros(), expiresAt, item));
  }

  byte[] tombstone(byte[] name, long version, long lifeMillis) {
    long now = millis();
    return format.write(
        name, StoredRecord.tombstone(version, writer, now, clock.errorMicros(), now + lifeMillis));
  }

  private long millis() {
    return clock.micros() / 1_000;
  }
}

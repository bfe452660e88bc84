package io.intelligentcache.redis.internal.record;

import org.jspecify.annotations.Nullable;

/** The kind of a record. Only a value is a hit. Every kind has a version. */
public enum RecordKind {
  VALUE('V'),
  /** The key was removed. Older writes are refused. */
  TOMBSTONE('T'),
  /** The right of one instance to load the key. A script writes it, in its own format. */
  LEASE('L');

  public final byte code;

  RecordKind(char code) {
    this.code = (byte) code;
  }

  static @Nullable RecordKind of(byte code) {
    for (RecordKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    return null;
  }
}

package io.intelligentcache.redis.internal.record;

import org.jspecify.annotations.Nullable;

/** What a record says about its key. Only a value is a hit; every kind has a version. */
public enum RecordKind {
  VALUE('V'),
  /** The key was removed: what is older than this is refused. */
  TOMBSTONE('T'),
  /** The right of one instance to load; written by a script, and of another form. */
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

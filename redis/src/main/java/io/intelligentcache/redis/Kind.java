package io.intelligentcache.redis;

import org.jspecify.annotations.Nullable;

/** What a record says about its key. Only a value is a hit; every kind has a version. */
enum Kind {
  VALUE('V'),
  /** The key was removed: what is older than this is refused. */
  TOMBSTONE('T'),
  /** The right of one instance to load; written by a script, and of another form. */
  LEASE('L');

  final byte code;

  Kind(char code) {
    this.code = (byte) code;
  }

  static @Nullable Kind of(byte code) {
    for (Kind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    return null;
  }
}

package io.intelligentcache.redis.internal.script;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;

/** Arguments that several scripts use. */
public final class Arguments {
  /** How long a tombstone is kept: longer than Redis may still store a write that began before it. */
  public static final Duration TOMBSTONE_LIFE = Duration.ofSeconds(15);

  private Arguments() {}

  /** A number as text. */
  public static byte[] decimal(long number) {
    return Long.toString(number).getBytes(US_ASCII);
  }
}

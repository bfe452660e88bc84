package io.intelligentcache.redis.internal.script;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;

/** Arguments of scripts. */
public final class Arguments {
  /** How long a tombstone stays: longer than a write that began before it may still be stored. */
  public static final Duration TOMBSTONE_LIFE = Duration.ofSeconds(15);

  private Arguments() {}

  /** A number as text. */
  public static byte[] decimal(long number) {
    return Long.toString(number).getBytes(US_ASCII);
  }
}

package io.intelligentcache.redis.internal.script;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;

/** Writes arguments of scripts as text. */
public final class Arguments {
  private Arguments() {}

  /** A duration as text, in milliseconds. */
  public static byte[] millis(Duration time) {
    return decimal(time.toMillis());
  }

  /** A number as text. */
  public static byte[] decimal(long number) {
    return Long.toString(number).getBytes(US_ASCII);
  }
}

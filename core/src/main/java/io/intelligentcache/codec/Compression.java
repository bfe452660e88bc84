package io.intelligentcache.codec;

import io.intelligentcache.internal.setting.Settings;

/**
 * Which values are compressed when they leave memory.
 *
 * @param threshold bytes of the smallest value that is tried; {@link Integer#MAX_VALUE} for none.
 *     A value stays as it is unless it gets at least 5 % smaller.
 */
public record Compression(int threshold) {
  /** The threshold unless set: 1 KiB. Below it the header and the CPU cost more than is gained. */
  public static final int DEFAULT_THRESHOLD = 1_024;

  /**
   * Refuses a negative threshold.
   *
   * @param threshold see above
   */
  public Compression {
    Settings.COMPRESSION_THRESHOLD.check((long) threshold);
  }

  /**
   * LZ4 from the default threshold on.
   *
   * @return the setting
   */
  public static Compression lz4() {
    return new Compression(DEFAULT_THRESHOLD);
  }

  /**
   * No compression. What was stored compressed can still be read.
   *
   * @return the setting
   */
  public static Compression none() {
    return new Compression(Integer.MAX_VALUE);
  }

  /**
   * Another threshold.
   *
   * @param bytes size of the smallest value that is tried
   * @return the setting
   */
  public Compression above(int bytes) {
    return new Compression(bytes);
  }
}

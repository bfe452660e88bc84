package io.intelligentcache.codec;

import io.intelligentcache.internal.setting.Settings;

/**
 * Which values are compressed when they are written below memory.
 *
 * @param threshold bytes of the smallest value that is compressed; {@link Integer#MAX_VALUE} for none. A
 *     value is stored uncompressed if compression saves less than 5 %.
 */
public record Compression(int threshold) {
  /**
   * The threshold unless set: 1 KiB. For smaller values the header and the CPU time cost more than compression
   * saves.
   */
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
   * No compression. Values that were stored compressed can still be read.
   *
   * @return the setting
   */
  public static Compression none() {
    return new Compression(Integer.MAX_VALUE);
  }

  /**
   * Sets another threshold.
   *
   * @param bytes size of the smallest value that is compressed
   * @return the setting
   */
  public Compression above(int bytes) {
    return new Compression(bytes);
  }
}

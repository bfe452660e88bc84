package io.intelligentcache.bench.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The entries in Redis: values of 1 KiB that begin with their number; the rest are random bytes. */
public final class RemoteEntries {
  static final int COUNT = 1_024;

  private static final int VALUE_BYTES = 1_024;
  private static final int SEED = 3;

  private final byte[][] values = new byte[COUNT][VALUE_BYTES];

  RemoteEntries() {
    var random = new SplittableRandom(SEED);
    for (int entry = 0; entry < COUNT; entry++) {
      random.nextBytes(values[entry]);
      ByteBuffer.wrap(values[entry]).putInt(entry);
    }
  }

  /** The key of an entry. All keys have the same length. */
  public String key(int entry) {
    return "key" + (COUNT + entry);
  }

  public byte[] keyBytes(String prefix, int entry) {
    return (prefix + key(entry)).getBytes(StandardCharsets.US_ASCII);
  }

  public byte[] value(int entry) {
    return values[entry];
  }

  /** Whether this is the value of an entry, by number and length. */
  public boolean isValue(int entry, byte @Nullable [] value) {
    return value != null
        && value.length == VALUE_BYTES
        && ByteBuffer.wrap(value).getInt() == entry;
  }
}

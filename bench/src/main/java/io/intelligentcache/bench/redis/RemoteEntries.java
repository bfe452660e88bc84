package io.intelligentcache.bench.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What is put into Redis: values of 1 KiB that begin with their number, else random bytes. */
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

  /** Of the same length for all. */
  public String key(int entry) {
    return "key" + (COUNT + entry);
  }

  public byte[] keyBytes(String prefix, int entry) {
    return (prefix + key(entry)).getBytes(StandardCharsets.US_ASCII);
  }

  public byte[] value(int entry) {
    return values[entry];
  }

  /** Whether that is the value of an entry, by number and length. */
  public boolean isValue(int entry, byte @Nullable [] value) {
    return value != null
        && value.length == VALUE_BYTES
        && ByteBuffer.wrap(value).getInt() == entry;
  }
}

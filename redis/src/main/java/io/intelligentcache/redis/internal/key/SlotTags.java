package io.intelligentcache.redis.internal.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.cluster.SlotHash;

/** For each slot of a cluster a hash tag: a name that has it in braces is in that slot. */
public final class SlotTags {
  public static final int SLOTS = SlotHash.SLOT_COUNT;

  private static final byte[][] TAGS = found();

  private SlotTags() {}

  /** The tag of a slot. */
  public static byte[] of(int slot) {
    return TAGS[slot];
  }

  /** The tag of the slot of a name. */
  public static byte[] of(byte[] name) {
    return TAGS[SlotHash.getSlot(name)];
  }

  /** For each slot the smallest number that is in it. About 170,000 have to be tried, some ten milliseconds. */
  private static byte[][] found() {
    byte[][] tags = new byte[SLOTS][];
    int missing = SLOTS;
    for (int number = 0; missing > 0; number++) {
      byte[] tag = Integer.toString(number, Character.MAX_RADIX).getBytes(US_ASCII);
      int slot = SlotHash.getSlot(tag);
      if (tags[slot] == null) {
        tags[slot] = tag;
        missing--;
      }
    }
    return tags;
  }
}

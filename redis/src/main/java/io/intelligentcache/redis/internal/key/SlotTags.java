package io.intelligentcache.redis.internal.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.cluster.SlotHash;

/** A hash tag for each slot of a cluster. A name that contains the tag in braces is in that slot. */
public final class SlotTags {
  public static final int SLOTS = SlotHash.SLOT_COUNT;

  private static final byte[][] TAGS = found();

  private SlotTags() {}

  /** The tag of a slot. */
  public static byte[] of(int slot) {
    return TAGS[slot];
  }

  /** The tag of the slot to which a name belongs. */
  public static byte[] of(byte[] name) {
    return TAGS[SlotHash.getSlot(name)];
  }

  /** Finds the smallest number in each slot. It tries about 170,000 numbers, which takes some ten milliseconds. */
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

package io.intelligentcache.tier;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * An entry on its way between tiers: the value's bytes, and what is needed to read them again.
 *
 * @param payload the encoded value, compressed or not; shared, not copied: nobody changes it
 * @param rawBytes bytes of the value before compression; equals the payload's length when not
 *     compressed
 * @param compressed whether the payload is an LZ4 block
 * @param codec fingerprint of the codec that wrote it; bytes of another codec are a miss
 * @param expiresAtMillis when it expires, milliseconds since the epoch, or {@link #NEVER}
 * @param version which write it is, where instances share a tier, or {@link Version#NONE}
 * @param stamp when it was last known to be what that tier has, in terms of the cache manager that
 *     wrote it; a tier only keeps it, beside a version
 */
public record Item(
    byte[] payload,
    int rawBytes,
    boolean compressed,
    int codec,
    long expiresAtMillis,
    Version version,
    long stamp) {
  /** The expiry of what does not expire. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int NO_CODEC = 0x4E4F4E45;
  private static final byte[] NOTHING = {};

  /**
   * Refuses lengths that contradict each other.
   *
   * @param payload see above
   * @param rawBytes see above
   * @param compressed see above
   * @param codec see above
   * @param expiresAtMillis see above
   * @param version see above
   * @param stamp see above
   */
  public Item {
    requireNonNull(payload, "payload");
    requireNonNull(version, "version");
    if (rawBytes < 0 || (!compressed && rawBytes != payload.length)) {
      throw new IllegalArgumentException(
          "rawBytes does not fit a payload of " + payload.length + " bytes: " + rawBytes);
    }
  }

  /**
   * An item without version.
   *
   * @param payload see above
   * @param rawBytes see above
   * @param compressed see above
   * @param codec see above
   * @param expiresAtMillis see above
   */
  public Item(byte[] payload, int rawBytes, boolean compressed, int codec, long expiresAtMillis) {
    this(payload, rawBytes, compressed, codec, expiresAtMillis, Version.NONE, 0);
  }

  /**
   * What says that there is no value: a loader said so, and that is believed for a while.
   *
   * @param expiresAtMillis see above
   * @return the item
   */
  public static Item absence(long expiresAtMillis) {
    return new Item(NOTHING, 0, false, NO_CODEC, expiresAtMillis);
  }

  /** {@return whether this says that there is no value} */
  public boolean isAbsence() {
    return codec == NO_CODEC && payload.length == 0;
  }

  /**
   * The same as another write.
   *
   * @param writes which write
   * @param stamped see above
   * @return the item
   */
  public Item with(Version writes, long stamped) {
    return new Item(payload, rawBytes, compressed, codec, expiresAtMillis, writes, stamped);
  }

  /**
   * The same with another end.
   *
   * @param millis see above
   * @return the item
   */
  public Item expiringAt(long millis) {
    return new Item(payload, rawBytes, compressed, codec, millis, version, stamp);
  }

  /**
   * Whether it has expired.
   *
   * @param nowMillis milliseconds since the epoch
   * @return true from the very millisecond of its expiry on
   */
  public boolean expired(long nowMillis) {
    return nowMillis >= expiresAtMillis;
  }

  /** {@return whether both hold the same for as long; which write brought it does not matter} */
  @Override
  public boolean equals(Object other) {
    return other instanceof Item that
        && rawBytes == that.rawBytes
        && compressed == that.compressed
        && codec == that.codec
        && expiresAtMillis == that.expiresAtMillis
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(payload) + Long.hashCode(expiresAtMillis);
  }
}

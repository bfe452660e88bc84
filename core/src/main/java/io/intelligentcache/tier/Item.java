package io.intelligentcache.tier;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * An entry as it is passed between tiers: the encoded value, and what is needed to decode it.
 *
 * @param payload the encoded value, compressed or not; shared, not copied, so it must not be modified
 * @param rawBytes bytes of the value before compression; equals the payload's length when not compressed
 * @param compressed whether the payload is an LZ4 block
 * @param codec fingerprint of the codec that wrote it; bytes of another codec are a miss
 * @param expiresAtMillis when it expires, milliseconds since the epoch, or {@link #NEVER}
 * @param version which write it is, where instances share a tier, or {@link Version#NONE}
 * @param stamp when this item was last known to be what the shared tier has. Only the cache manager that
 *     wrote it understands the number; a tier just stores it together with the version
 */
public record Item(
    byte[] payload,
    int rawBytes,
    boolean compressed,
    int codec,
    long expiresAtMillis,
    Version version,
    long stamp) {
  /** The expiry time of items that do not expire. */
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
   * An item without a version.
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
   * An item that says that there is no value: a loader said so, and that is cached for a while.
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
   * The same item as another write.
   *
   * @param writes which write
   * @param stamped see above
   * @return the item
   */
  public Item with(Version writes, long stamped) {
    return new Item(payload, rawBytes, compressed, codec, expiresAtMillis, writes, stamped);
  }

  /**
   * The same item with another expiry time.
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
   * @return true from the millisecond of its expiry on
   */
  public boolean expired(long nowMillis) {
    return nowMillis >= expiresAtMillis;
  }

  /** {@return whether both have the same payload and expiry time; versions are not compared} */
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

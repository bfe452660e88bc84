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
 */
public record Item(
    byte[] payload, int rawBytes, boolean compressed, int codec, long expiresAtMillis) {
  /** The expiry of what does not expire. */
  public static final long NEVER = Long.MAX_VALUE;

  /**
   * Refuses lengths that contradict each other.
   *
   * @param payload see above
   * @param rawBytes see above
   * @param compressed see above
   * @param codec see above
   * @param expiresAtMillis see above
   */
  public Item {
    requireNonNull(payload, "payload");
    if (rawBytes < 0 || (!compressed && rawBytes != payload.length)) {
      throw new IllegalArgumentException(
          "rawBytes does not fit a payload of " + payload.length + " bytes: " + rawBytes);
    }
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
